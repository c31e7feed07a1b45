import Diagnostics
import Foundation

/// An element of HTML or SVG; `content` is markup, attributes are text.
func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: String = ""
) -> String {
    let head = attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined()
    return "<\(name)\(head)>\(content)</\(name)>"
}

/// Text as it is written in markup, control characters as escapes.
func escaped(_ text: String) -> String {
    visible(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
}

/// A place in a picture, to a tenth of a pixel.
func pixels(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? String(tenths / 10) : String(format: "%.1f", Double(tenths) / 10)
}

/// A text in a picture; `anchor` says which of its ends is at `x`.
func label(
    _ text: String, x: Double, y: Double, anchor: String = "start", style: String = "tick"
) -> String {
    tag(
        "text", ["class": style, "x": pixels(x), "y": pixels(y), "text-anchor": anchor],
        escaped(text))
}

/// A straight line in a picture.
func line(x1: Double, y1: Double, x2: Double, y2: Double, style: String) -> String {
    tag("path", ["class": style, "d": "M\(pixels(x1)) \(pixels(y1))L\(pixels(x2)) \(pixels(y2))"])
}

/// A rectangle in a picture, with what a pointer on it shows.
func rectangle(
    x: Double, y: Double, width: Double, height: Double, style: String, tooltip: String? = nil
) -> String {
    tag(
        "rect",
        [
            "class": style, "x": pixels(x), "y": pixels(y), "width": pixels(width),
            "height": pixels(height),
        ], tooltip.map { tag("title", [:], escaped($0)) } ?? "")
}

/// A picture as wide as the text, with its description for those who do not see it.
func picture(width: Double, height: Double, description: String, _ content: String) -> String {
    tag(
        "svg",
        [
            "viewBox": "0 0 \(pixels(width)) \(pixels(height))", "role": "img",
            "aria-label": description,
        ], content)
}

/// A picture with its caption; `legend` goes between title and picture.
func figure(_ title: String, _ picture: String, legend: String = "", caption: String) -> String {
    tag(
        "figure", [:],
        tag("h3", [:], escaped(title)) + legend + picture
            + tag("figcaption", [:], escaped(caption)))
}

/// Names with the colours that stand for them.
func legend(_ entries: [(name: String, style: String)]) -> String {
    let items = entries.map { entry in
        tag("li", [:], tag("i", ["class": entry.style]) + escaped(entry.name))
    }
    return tag("ul", ["class": "legend"], items.joined())
}
