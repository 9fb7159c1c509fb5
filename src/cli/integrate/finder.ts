/** Finder: a quick action, a workflow of Automator that starts a program with what was clicked on. Pure. @module */

import { escapeXml, quoteSh } from "../../schedule/quote.ts";
import { type Manager, MARK, written } from "./manager.ts";

/** Finder of macOS. */
export const finder: Manager = {
  name: "finder",
  title: "Finder",
  os: "darwin",
  where: "integrate.in-finder",
  add: ({ label, command, home }) => [
    written(`${bundle(home)}/Contents/Info.plist`, plist(info(label))),
    written(`${bundle(home)}/Contents/document.wflow`, plist(workflow(command))),
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

function plist(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${MARK} -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${body}</plist>
`;
}

function info(label: string): string {
  return `<dict>
  <key>NSServices</key>
  <array>
    <dict>
      <key>NSMenuItem</key>
      <dict>
        <key>default</key>
        <string>${escapeXml(label)}</string>
      </dict>
      <key>NSMessage</key>
      <string>runWorkflowAsService</string>
      <key>NSRequiredContext</key>
      <dict>
        <key>NSApplicationIdentifier</key>
        <string>com.apple.finder</string>
      </dict>
      <key>NSSendFileTypes</key>
      <array>
        <string>public.item</string>
      </array>
    </dict>
  </array>
</dict>
`;
}

/** The action runs a line of sh that hands the name on as one argument; it ends at once, so that Finder goes on. */
function workflow(command: readonly string[]): string {
  const line = `${command.map(quoteSh).join(" ")} "$1" >/dev/null 2>&1 &`;
  return `<dict>
  <key>AMApplicationBuild</key>
  <string>523</string>
  <key>AMApplicationVersion</key>
  <string>2.10</string>
  <key>AMDocumentVersion</key>
  <string>2</string>
  <key>actions</key>
  <array>
    <dict>
      <key>action</key>
      <dict>
        <key>AMAccepts</key>
        <dict>
          <key>Container</key>
          <string>List</string>
          <key>Optional</key>
          <true/>
          <key>Types</key>
          <array>
            <string>com.apple.cocoa.path</string>
          </array>
        </dict>
        <key>AMActionVersion</key>
        <string>2.0.3</string>
        <key>AMApplication</key>
        <array>
          <string>Automator</string>
        </array>
        <key>AMProvides</key>
        <dict>
          <key>Container</key>
          <string>List</string>
          <key>Types</key>
          <array>
            <string>com.apple.cocoa.string</string>
          </array>
        </dict>
        <key>ActionBundlePath</key>
        <string>/System/Library/Automator/Run Shell Script.action</string>
        <key>ActionName</key>
        <string>Run Shell Script</string>
        <key>ActionParameters</key>
        <dict>
          <key>COMMAND_STRING</key>
          <string>${escapeXml(line)}</string>
          <key>CheckedForUserDefaultShell</key>
          <true/>
          <key>inputMethod</key>
          <integer>1</integer>
          <key>shell</key>
          <string>/bin/sh</string>
          <key>source</key>
          <string></string>
        </dict>
        <key>BundleIdentifier</key>
        <string>com.apple.RunShellScript</string>
        <key>CFBundleVersion</key>
        <string>2.0.3</string>
        <key>Class Name</key>
        <string>RunShellScriptAction</string>
        <key>arguments</key>
        <dict/>
      </dict>
    </dict>
  </array>
  <key>connectors</key>
  <dict/>
  <key>workflowMetaData</key>
  <dict>
    <key>serviceInputTypeIdentifier</key>
    <string>com.apple.Automator.fileSystemObject</string>
    <key>serviceOutputTypeIdentifier</key>
    <string>com.apple.Automator.nothing</string>
    <key>serviceProcessesInput</key>
    <integer>0</integer>
    <key>workflowTypeIdentifier</key>
    <string>com.apple.Automator.servicesMenu</string>
  </dict>
</dict>
`;
}
