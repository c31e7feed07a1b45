/// The user-defined symbols by their characters; the longest one that text continues with is cut
/// out before anything is merged.
struct UserSymbolTrie {
    private struct Node {
        var id: Int32?
        var children: [(scalar: UInt32, node: Int32)] = []
    }

    /// Node 0 stands for no symbol at all and has no children.
    private var nodes = [Node(), Node()]

    /// The node from which every symbol starts.
    static let root: Int32 = 1

    mutating func insert(_ scalars: some Sequence<UInt32>, id: Int32) {
        var node = Self.root
        for scalar in scalars {
            if let next = child(of: node, scalar) {
                node = next
            } else {
                nodes.append(Node())
                let next = Int32(nodes.count - 1)
                nodes[Int(node)].children.append((scalar, next))
                node = next
            }
        }
        nodes[Int(node)].id = id
    }

    /// The symbol that ends at a node, nil when none does.
    func id(at node: Int32) -> Int32? {
        nodes[Int(node)].id
    }

    /// The node after one more character.
    func child(of node: Int32, _ scalar: UInt32) -> Int32? {
        nodes[Int(node)].children.first { $0.scalar == scalar }?.node
    }

    /// The longest symbol that begins at a place in a text, and where it ends.
    ///
    /// - Parameter space: the character that a space is taken for.
    func longest(
        in text: UnsafeBufferPointer<UInt8>, at start: Int, space: UInt32 = spaceSymbol
    ) -> (id: Int32, end: Int)? {
        var node = Self.root
        var index = start
        var found: (id: Int32, end: Int)?
        while index < text.count {
            let (scalar, length) = decodeScalar(text, at: index)
            guard length > 0, let next = child(of: node, scalar == 0x20 ? space : scalar)
            else { break }
            node = next
            index += length
            if let id = id(at: node) { found = (id, index) }
        }
        return found
    }

    /// The characters with which symbols begin, and the node each leads to.
    var firstCharacters: [(scalar: UInt32, node: Int32)] {
        nodes[Int(Self.root)].children
    }
}
