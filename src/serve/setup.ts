/** The first set-up: asked, shown, done, and how far it is. Works without script. @module */

import type { SetupChoices, SetupWords } from "../base/setup.ts";
import { text } from "../text/text.ts";
import { readForm } from "./form.ts";
import { page, plain, seeOther } from "./http.ts";
import { to } from "./pages/frame.ts";
import { setupDonePage, setupForm, setupPlanPage, setupTaken } from "./pages/setup.ts";
import { notFound, type Server } from "./serving.ts";

/** Answers a request about the set-up; `step` is what follows in the address. */
export async function setupResponse(
  server: Server,
  request: Request,
  step: string | undefined,
): Promise<Response> {
  const { setup, site } = server;
  const posted = request.method === "POST";
  if (setup === undefined) return posted ? plain(403, text("serve.shows-only")) : notFound(site);
  const state = await setup.state();
  if (step === "run") return page(setupDonePage(site, state));
  if (step !== undefined) return notFound(site);
  if (state.step === "running" || state.step === "done") {
    return seeOther(to(site, ["setup", "run"]));
  }
  const choices = await setup.choices();
  if (choices.exists !== undefined) return page(setupTaken(site, choices.exists));
  if (!posted) return page(setupForm(site, choices, usual(choices), []));
  const form = await readForm(request);
  if (form === undefined) return plain(400, text("serve.no-form"));
  const words = wordsOf(form);
  if (form.get("step") === "change") return page(setupForm(site, choices, words, []));
  const plan = await setup.plan(words);
  if (plan.problems.length > 0) return page(setupForm(site, choices, words, plan.problems));
  // only what was shown is done, and what was warned of only when it was confirmed
  if (
    form.get("step") !== "begin" || words.shown !== plan.digest ||
    (plan.sameDisk && !words.sameDisk)
  ) {
    return page(setupPlanPage(site, words, plan));
  }
  await setup.begin(words);
  return seeOther(to(site, ["setup", "run"]));
}

/** What stands in the form at first: what `hikae init` offers. */
function usual({ folders, drives, exclude }: SetupChoices): SetupWords {
  return {
    source: folders[0]?.path ?? "",
    drive: drives[0]?.path ?? "",
    vault: "",
    when: "21:00",
    exclude,
    keep: "usual",
    sameDisk: false,
    shown: "",
  };
}

/** The answers of a form. What is typed counts before what is chosen; no field names anything that runs. */
function wordsOf(form: URLSearchParams): SetupWords {
  const word = (name: string): string => (form.get(name) ?? "").trim().slice(0, 4096);
  const often = word("often");
  return {
    source: word("otherSource") || word("source"),
    drive: word("drive"),
    vault: word("vault"),
    when: often === "daily" ? word("time") : often || word("when"),
    exclude: word("exclude"),
    keep: word("keep"),
    sameDisk: word("sameDisk") === "yes",
    shown: word("shown"),
  };
}
