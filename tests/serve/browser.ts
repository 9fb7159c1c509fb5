/**
 * `hikae serve` in a real browser and before real WebDAV clients: `deno task test:browser`. Not a suite of every run:
 * it needs chromium, rclone and cadaver, and says so where they are not.
 */

import "./browser/pages.ts";
import "./browser/setup.ts";
import "./browser/ways.ts";
import "./browser/trying.ts";
import "./browser/large.ts";
import "./browser/webdav.ts";
import "./browser/changes.ts";
