/** Finder: a quick action, a workflow of Automator that starts a program with what was clicked on. Pure. @module */

import { quoteSh } from "../../schedule/quote.ts";
import { type Manager, MARK, written } from "./manager.ts";
import { plist, type PlistValue } from "./plist.ts";

/** Finder of macOS. */
export const finder: Manager = {
  name: "finder",
  title: "Finder",
  os: "darwin",
  where: "integrate.in-finder",
  add: ({ label, command, home }) => [
    written(`${bundle(home)}/Contents/Info.plist`, plist(MARK, info(label))),
    written(`${bundle(home)}/Contents/document.wflow`, plist(MARK, workflow(command))),
    UPDATE,
  ],
  remove: ({ home }) => [
    ...["/Contents/Info.plist", "/Contents/document.wflow", "/Contents", ""]
      .map((part) => ({ kind: "remove" as const, path: `${bundle(home)}${part}` })),
    UPDATE,
  ],
};

/** Has Finder look at the services again; without it they appear at the next login. */
const UPDATE = {
  kind: "run",
  program: "/System/Library/CoreServices/pbs",
  args: ["-update"],
  mayFail: true,
} as const;

function bundle(home: string): string {
  return `${home}/Library/Services/hikae-versions.workflow`;
}

function info(label: string): PlistValue {
  return {
    NSServices: [{
      NSMenuItem: { default: label },
      NSMessage: "runWorkflowAsService",
      NSRequiredContext: { NSApplicationIdentifier: "com.apple.finder" },
      NSSendFileTypes: ["public.item"],
    }],
  };
}

/** The action runs a line of sh that hands the name on as one argument; it ends at once, so that Finder goes on. */
function workflow(command: readonly string[]): PlistValue {
  return {
    AMApplicationBuild: "523",
    AMApplicationVersion: "2.10",
    AMDocumentVersion: "2",
    actions: [{ action: shellAction(`${command.map(quoteSh).join(" ")} "$1" >/dev/null 2>&1 &`) }],
    connectors: {},
    workflowMetaData: {
      serviceInputTypeIdentifier: "com.apple.Automator.fileSystemObject",
      serviceOutputTypeIdentifier: "com.apple.Automator.nothing",
      serviceProcessesInput: 0,
      workflowTypeIdentifier: "com.apple.Automator.servicesMenu",
    },
  };
}

/** Automator's own action "Run Shell Script", with the names as arguments. */
function shellAction(line: string): PlistValue {
  return {
    AMAccepts: { Container: "List", Optional: true, Types: ["com.apple.cocoa.path"] },
    AMActionVersion: "2.0.3",
    AMApplication: ["Automator"],
    AMProvides: { Container: "List", Types: ["com.apple.cocoa.string"] },
    ActionBundlePath: "/System/Library/Automator/Run Shell Script.action",
    ActionName: "Run Shell Script",
    ActionParameters: {
      COMMAND_STRING: line,
      CheckedForUserDefaultShell: true,
      inputMethod: 1,
      shell: "/bin/sh",
      source: "",
    },
    BundleIdentifier: "com.apple.RunShellScript",
    CFBundleVersion: "2.0.3",
    "Class Name": "RunShellScriptAction",
    arguments: {},
  };
}
