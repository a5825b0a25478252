import { displayText } from "../../encoding/path.ts";
import type { Clock } from "../context.ts";
import { type Level, Log, type LogOptions, type OutputName, SEVERITY } from "../log.ts";
import type { Screen } from "../render/screen.ts";
import type { LoggingConfiguration } from "./configuration.ts";

/**
 * Messages that go where the file says that BORG_LOGGING_CONF names. Its levels count instead of those of the command line;
 * outputs and topics that options ask for pass them by. Events of progress and questions go to standard error as always.
 */
export class ConfiguredLog extends Log {
  constructor(screen: Screen, clock: Clock, options: LogOptions, readonly configuration: LoggingConfiguration) {
    super(screen, clock, options);
  }

  protected override passes(name: string, level: Level): boolean {
    return this.configuration.passes(name, SEVERITY[level]);
  }

  protected override outputPasses(name: OutputName, level: Level): boolean {
    return this.options.outputs.includes(name) || SEVERITY[level] >= SEVERITY.warning;
  }

  protected override emit(level: Level, name: string, message: string): void {
    this.configuration.deliver({
      name,
      levelname: level.toUpperCase(),
      levelno: SEVERITY[level],
      message: displayText(message),
      time: this.clock.now(),
    });
  }
}
