import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { wantedSymbols } from "../../../scripts/smoke/musl_library.ts";

describe("wantedSymbols", () => {
  it("takes what the C++ library has to give, and nothing of the C library or of the program itself", () => {
    const listing = `
_ZSt17__throw_bad_allocv U
__cxa_guard_acquire U
__cxa_finalize U
__cxa_thread_atexit_impl w
__once_proxy U
malloc U
_ZN3JSC2VM6createEv T 1000 20
_ZTVN10__cxxabiv117__class_type_infoE B 2000 58
`;
    assert.deepEqual(wantedSymbols(listing), [
      "_ZSt17__throw_bad_allocv",
      "__cxa_guard_acquire",
      "__once_proxy",
      "_ZTVN10__cxxabiv117__class_type_infoE",
    ]);
  });
});
