/** The queries as commands: each opens the vault that it is asked about. */

import { asked } from "../../src/engine/query/asked.ts";
import { cat as catQuery } from "../../src/engine/query/cat.ts";
import { diff as diffQuery } from "../../src/engine/query/diff.ts";
import { find as findQuery } from "../../src/engine/query/find.ts";
import { history as historyQuery } from "../../src/engine/query/history.ts";
import { listCommand } from "../../src/engine/query/list_records.ts";
import { ls as lsQuery } from "../../src/engine/query/ls.ts";
import { report as reportQuery } from "../../src/engine/query/report.ts";
import { listVanished as vanishedQuery } from "../../src/engine/query/vanished.ts";

export const list = listCommand;
export const ls = asked(lsQuery);
export const cat = asked(catQuery);
export const diff = asked(diffQuery);
export const history = asked(historyQuery);
export const find = asked(findQuery);
export const report = asked(reportQuery);
export const listVanished = asked(vanishedQuery);
