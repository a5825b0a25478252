/**
 * Text that ConfigParser of Python reads and writes (format reference 2.2), without interpolation: option names in lower
 * case, values of several lines joined by "\n", everything in the order in which it came.
 */
export class Ini {
  readonly #sections = new Map<string, Map<string, string>>();

  /** Throws IniError with the number of the line that cannot be understood. */
  static parse(text: string): Ini {
    const ini = new Ini();
    const reader = new LineReader(ini.#sections);
    for (const line of text.split(/\r\n|\r|\n/)) reader.read(line);
    reader.finish();
    return ini;
  }

  sections(): string[] {
    return [...this.#sections.keys()];
  }

  /** Names of the options in `section`, none if there is no such section. */
  names(section: string): string[] {
    return [...(this.#sections.get(section)?.keys() ?? [])];
  }

  get(section: string, name: string): string | undefined {
    return this.#sections.get(section)?.get(name.toLowerCase());
  }

  /** Sets an option, in a new section if need be. */
  set(section: string, name: string, value: string): void {
    const options = this.#sections.get(section) ?? new Map<string, string>();
    this.#sections.set(section, options.set(name.toLowerCase(), value));
  }

  /** Returns whether there was such an option. */
  delete(section: string, name: string): boolean {
    return this.#sections.get(section)?.delete(name.toLowerCase()) ?? false;
  }

  format(): string {
    let text = "";
    for (const [section, options] of this.#sections) {
      text += `[${section}]\n`;
      for (const [name, value] of options) text += `${name} = ${value.replaceAll("\n", "\n\t")}\n`;
      text += "\n";
    }
    return text;
  }
}

/** A line that is neither section, option, continuation nor comment, or something that comes twice. */
export class IniError extends Error {
  override readonly name = "IniError";

  constructor(readonly line: number, problem: string) {
    super(`line ${line}: ${problem}`);
  }
}

/** Takes the lines of a text and collects sections. */
class LineReader {
  #number = 0;
  #options: Map<string, string> | undefined;
  #name: string | undefined;
  #lines: string[] = [];
  #indent = 0;

  constructor(readonly sections: Map<string, Map<string, string>>) {}

  read(line: string): void {
    this.#number++;
    const text = line.trim();
    if (/^[#;]/.test(text)) return;
    if (text === "") return this.#blank();
    const indent = line.length - line.trimStart().length;
    if (this.#name !== undefined && indent > this.#indent) {
      this.#lines.push(text);
      return;
    }
    this.finish();
    this.#indent = indent;
    this.#begin(text);
  }

  /** Stores the option whose lines were collected. */
  finish(): void {
    if (this.#name === undefined) return;
    this.#options!.set(this.#name, this.#lines.join("\n").trimEnd());
    this.#name = undefined;
  }

  /** An empty line belongs to the value if more of it follows; `finish` drops those at the end. */
  #blank(): void {
    if (this.#name !== undefined) this.#lines.push("");
  }

  #begin(text: string): void {
    const section = /^\[(.+)\]/.exec(text)?.[1];
    if (section !== undefined) return this.#beginSection(section);
    const option = /^(.*?)\s*[=:]\s*(.*)$/.exec(text);
    if (this.#options === undefined) throw new IniError(this.#number, "an option before the first section");
    if (option === null || option[1] === "") throw new IniError(this.#number, `not an option: ${text}`);
    const name = option[1]!.toLowerCase();
    if (this.#options.has(name)) throw new IniError(this.#number, `the option ${name} comes twice`);
    this.#name = name;
    this.#lines = [option[2]!];
  }

  #beginSection(section: string): void {
    if (this.sections.has(section)) throw new IniError(this.#number, `the section ${section} comes twice`);
    this.#options = new Map();
    this.sections.set(section, this.#options);
  }
}
