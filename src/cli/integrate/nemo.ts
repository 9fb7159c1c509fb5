/** Nemo: an action. Pure. @module */

import { quoteSh } from "../../schedule/quote.ts";
import { escapeKeyFile } from "./key_file.ts";
import { type Manager, MARK, written } from "./manager.ts";

/** Nemo. */
export const nemo: Manager = {
  name: "nemo",
  title: "Nemo",
  os: "linux",
  program: "nemo",
  add: ({ label, command, data }) => [written(fileOf(data), action(label, command))],
  remove: ({ data }) => [{ kind: "remove", path: fileOf(data) }],
};

function fileOf(data: string): string {
  return `${data}/nemo/actions/hikae-versions.nemo_action`;
}

/** The name is asked for as an address: it has neither blank nor quotation mark, whichever Nemo puts it there. */
function action(label: string, command: readonly string[]): string {
  return `# ${MARK}
[Nemo Action]
Active=true
Name=${escapeKeyFile(label)}
Icon-Name=document-open-recent
Selection=s
Extensions=any;
Quote=double
Exec=${escapeKeyFile(`${command.map(quoteSh).join(" ")} %U`)}
`;
}
