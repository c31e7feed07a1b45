import Diagnostics
import Foundation

/// An element of HTML or SVG; `content` is markup, attributes are text.
package func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: String = ""
) -> String {
    let head = attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    return "<\(name)\(head)>\(content)</\(name)>"
}

/// Text as it is written in markup, control characters as escapes.
///
/// - Parameter keepsLines: leaves line feeds and tabs, in a text of several lines.
package func escaped(_ text: String, keepsLines: Bool = false) -> String {
    visible(text, keepsLines: keepsLines).replacing("&", with: "&amp;")
        .replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        .replacing("\"", with: "&quot;")
}

/// A picture with its caption; `legend` goes between title and picture.
package func figure(
    _ title: String, _ picture: String, legend: String = "", caption: String
) -> String {
    tag(
        "figure", [:],
        tag("h3", [:], escaped(title)) + legend + picture
            + tag("figcaption", [:], escaped(caption)))
}

/// Names with the colours that stand for them.
package func legend(_ entries: [(name: String, style: String)]) -> String {
    let items = entries.map { entry in
        tag("li", [:], tag("i", ["class": entry.style]) + escaped(entry.name))
    }
    return tag("ul", ["class": "legend"], items.joined())
}

/// A part of a page under its title; nothing where there is no content.
package func section(_ title: String, _ content: String) -> String {
    content.isEmpty ? "" : tag("section", [:], tag("h2", [:], escaped(title)) + content)
}

/// The numbers that people ask for first, each over what it counts.
package func keyFigures(_ figures: [(value: String, name: String)]) -> String {
    let items = figures.map { value, name in
        tag("div", [:], tag("b", [:], escaped(value)) + tag("span", [:], escaped(name)))
    }
    return tag("div", ["class": "figures"], items.joined())
}

/// Sentences in small print.
package func notes(_ sentences: [String]) -> String {
    sentences.isEmpty
        ? ""
        : tag("ul", ["class": "notes"], sentences.map { tag("li", [:], escaped($0)) }.joined())
}

/// Something long that is shown when its title is clicked.
package func folded(_ title: String, _ content: String) -> String {
    tag("details", [:], tag("summary", [:], escaped(title)) + content)
}

/// A share as a length of style sheets: `33.33%`.
func percentage(_ share: Double) -> String {
    let hundredths = (min(max(share, -10), 10) * 10_000).rounded() / 100
    return String(format: "%g%%", hundredths)
}
