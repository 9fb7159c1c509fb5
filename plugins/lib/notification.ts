/** The program of each system that shows a notification on the desktop. Pure. @module */

import type { Program } from "./program.ts";

/** The program that shows a notification. No text of it ever becomes code: it travels beside the script. */
export function notification(os: string, title: string, text: string): Program {
  const short = text.slice(0, 500);
  if (os === "windows") {
    // no -WindowStyle: it would hide the console that hikae itself was started from
    const args = ["-NoProfile", "-NonInteractive", "-Command", TOAST];
    return { program: "powershell", args, env: { HIKAE_TITLE: title, HIKAE_TEXT: short } };
  }
  if (os === "darwin") {
    const script = [
      "on run argv",
      "display notification (item 2 of argv) with title (item 1 of argv)",
      "end run",
    ];
    return { program: "osascript", args: [...script.flatMap((s) => ["-e", s]), title, short] };
  }
  // The text, not the title, may hold markup.
  const plain = short.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return { program: "notify-send", args: ["--app-name=hikae", "--", title, plain] };
}

/** The toast is shown as PowerShell's: a name of its own would need an entry in the start menu. */
const TOAST = [
  "$ErrorActionPreference = 'Stop'",
  "$m = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType=WindowsRuntime]",
  "$x = $m::GetTemplateContent([Windows.UI.Notifications.ToastTemplateType]::ToastText02)",
  "$t = $x.GetElementsByTagName('text')",
  "$null = $t.Item(0).AppendChild($x.CreateTextNode($env:HIKAE_TITLE))",
  "$null = $t.Item(1).AppendChild($x.CreateTextNode($env:HIKAE_TEXT))",
  "$id = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'",
  "$n = [Windows.UI.Notifications.ToastNotification, Windows.UI.Notifications, ContentType=WindowsRuntime]",
  "$m::CreateToastNotifier($id).Show($n::new($x))",
].join("\n");
