/** The worker that writes what this machine knows (the state directory) after main has given up its rights. @module */

/** One file of the state directory, replaced whole. */
export interface StateWrite {
  id: number;
  /** Absolute. */
  path: string;
  text: string;
  append?: boolean;
}

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<StateWrite>) => void) | null;
  postMessage(reply: { id: number; error?: string }): void;
};

function write({ path, text, append }: StateWrite): void {
  const parent = path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")));
  Deno.mkdirSync(parent, { recursive: true });
  if (append) {
    Deno.writeTextFileSync(path, text, { append: true });
    return;
  }
  const temporary = `${path}.${Deno.pid}.tmp`;
  Deno.writeTextFileSync(temporary, text);
  Deno.renameSync(temporary, path);
}

scope.onmessage = (event): void => {
  const { id } = event.data;
  try {
    write(event.data);
    scope.postMessage({ id });
  } catch (error) {
    scope.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
};
