import Synchronization
import TensorCore

extension Parallel {
    /// `transform` of every element, computed on all threads, in the elements' order.
    package func map<Element: Sendable, Result: Sendable>(
        _ elements: [Element], _ transform: @Sendable (Element) -> Result
    ) -> [Result] {
        let results = Mutex([Result?](repeating: nil, count: elements.count))
        forEachSlab(of: 16, in: elements.count) { slab in
            let found = slab.map { transform(elements[$0]) }
            results.withLock { all in
                for (index, result) in zip(slab, found) { all[index] = result }
            }
        }
        return results.withLock { $0.compactMap(\.self) }
    }
}
