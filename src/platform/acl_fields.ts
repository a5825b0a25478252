/**
 * macOS, storing with numeric ids: `kind:UUID:name:id:…` without the name. Lines of another form stay (format reference
 * 4.6, also for what follows).
 */
export function withoutAclNames(text: string): string {
  return mapFields(text, (fields) => {
    if (isPrincipal(fields) && fields.length >= 5) fields[2] = "";
    return fields;
  });
}

/** macOS, restoring: where the name is known here, neither the stored UUID nor the stored id counts. */
export function withLocalNames(text: string, known: (kind: "user" | "group", name: string) => boolean): string {
  return mapFields(text, (fields) => {
    const [kind, , name] = fields;
    if (!isPrincipal(fields) || fields.length < 5 || name === undefined || name === "") return fields;
    if (!known(kind as "user" | "group", name)) return fields;
    return [kind!, "", name, "", ...fields.slice(4)];
  });
}

/** FreeBSD, restoring POSIX ACLs with numeric ids: `kind:name:permissions:id` as `kind:id:permissions`. */
export function withPosixIds(text: string): string {
  return mapFields(text, (fields) => fields.length === 4 ? [fields[0]!, fields[3]!, fields[2]!] : fields);
}

/** FreeBSD, restoring NFSv4 ACLs with numeric ids: `kind:name:permissions:flags:type:id` as `kind:id:permissions:…`. */
export function withNfs4Ids(text: string): string {
  return mapFields(text, (fields) => {
    const trimmed = fields.map((field) => field.trim());
    if (!isPrincipal(trimmed) || trimmed.length < 6) return fields;
    return [trimmed[0]!, trimmed[5]!, ...trimmed.slice(2, -1)];
  });
}

function mapFields(text: string, change: (fields: string[]) => string[]): string {
  return text.split("\n").map((line) => change(line.split(":")).join(":")).join("\n");
}

function isPrincipal(fields: readonly string[]): boolean {
  return fields[0] === "user" || fields[0] === "group";
}
