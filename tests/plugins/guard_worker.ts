/** A thread with the import guard alone, which tries to import what it is told. */

import { installImportGuard } from "../../src/workers/import_guard.ts";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<string[]>) => void) | null;
  postMessage(message: Record<string, string>): void;
};

scope.onmessage = async ({ data: urls }): Promise<void> => {
  installImportGuard(urls);
  const results: Record<string, string> = {};
  for (const url of urls) {
    try {
      const module = await import(url) as { default?: unknown };
      results[url] = `loaded: ${String(module.default).slice(0, 40)}`;
    } catch (error) {
      results[url] = error instanceof Error ? error.message : String(error);
    }
  }
  scope.postMessage(results);
};
