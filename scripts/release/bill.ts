/** Something of others that the executable contains. */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly licence: string;
}

/**
 * The software bill of materials as CycloneDX 1.5 in JSON. It bears neither a time nor a serial number, so that the same
 * sources give the same bytes.
 */
export function billOfMaterials(version: string, components: readonly Component[]): string {
  const sorted = [...components].sort((a, b) => (a.name < b.name ? -1 : 1));
  const bill = {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      component: {
        type: "application",
        name: "vinculum",
        version,
        licenses: [{ expression: "BSD-3-Clause" }],
      },
    },
    components: sorted.map(entry),
  };
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}

function entry({ name, version, licence }: Component) {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return { type: "library", name, version, purl, "bom-ref": purl, licenses: [{ expression: licence }] };
}
