/** The commands that a document shows, and what it says that they print. */

export interface Command {
  /** The heading that it stands under. */
  heading: string;
  code: string;
  /** The block of text that follows at once; `null`: none does. */
  shown: string | null;
}

/** Every block of `sh`, in the order in which they stand. */
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
