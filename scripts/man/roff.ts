/** Text in which roff finds nothing to interpret. */
export function escape(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("~", "\\(ti").replaceAll("^", "\\(ha")
    .replaceAll("`", "\\(ga").replaceAll("'", "\\(aq");
}

/** Lines of text; one that begins like a request does not count as one. */
export function textLines(text: string): string {
  return escape(text).split("\n").map((line) => line.startsWith(".") ? `\\&${line}` : line).join("\n");
}

/** An argument of a request. */
export function argument(text: string): string {
  return `"${escape(text).replaceAll('"', "\\(dq")}"`;
}

const HEADING = /^([A-Z][\w ]*):$/;

/** Help texts: paragraphs are filled, indented lines stay as they are, a lone word with a colon is a heading. */
export function helpText(text: string): string {
  return text.trim().split(/\n{2,}/).map(paragraph).join("\n");
}

function paragraph(text: string): string {
  const lines = text.split("\n");
  const title = HEADING.exec(lines[0]!)?.[1];
  const start = title === undefined ? 0 : 1;
  const heading = title === undefined ? ".PP\n" : `.SH ${argument(title.toUpperCase())}\n`;
  return heading + runsOf(lines.slice(start)).map(runText).join("\n");
}

function runsOf(lines: readonly string[]): string[][] {
  const runs: string[][] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    if (last !== undefined && isIndented(last[0]!) === isIndented(line)) last.push(line);
    else runs.push([line]);
  }
  return runs;
}

function runText(lines: readonly string[]): string {
  const text = textLines(lines.join("\n"));
  return isIndented(lines[0]!) ? `.nf\n${text}\n.fi` : text;
}

function isIndented(line: string): boolean {
  return line.startsWith("  ");
}
