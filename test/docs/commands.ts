/** The commands that a document shows, each with the output that the document shows. */

export interface Command {
  /** The heading above the command. */
  heading: string;
  code: string;
  /** The block of text that follows immediately; `null`: no such block. */
  shown: string | null;
}

/** Every `sh` block, in the order of the document. */
export function listCommands(text: string): Command[] {
  const commands: Command[] = [];
  let heading = '';
  for (const [, title, language = '', code = ''] of text.matchAll(
    /^#{1,6} +(.+?) *$|^```(\w*)\n([\s\S]*?)^```[ \t]*$/gm,
  )) {
    const last = commands.at(-1);
    if (title !== undefined) heading = title;
    else if (language === 'sh') commands.push({ heading, code, shown: null });
    else if (language === 'text' && last !== undefined) last.shown = code;
  }
  return commands;
}
