/** The same function with a memory: each question is asked once in the life of the thread. */
export function remembered<K, V>(find: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    if (known.has(key)) return known.get(key)!;
    const value = find(key);
    known.set(key, value);
    return value;
  };
}
