/// A page: one self-contained HTML file, without a script and with nothing to fetch, and a policy
/// in its head that forbids both. Colours follow the reader's choice of light or dark; printed, it
/// is light. From 320 pixels of width on, nothing is cut and letters keep their size.
///
/// - Parameters:
///   - title: what a window that shows it is called.
///   - heading: what stands largest on it.
///   - subheading: a sentence below that.
///   - content: markup.
package func page(title: String, heading: String, subheading: String, _ content: String) -> String {
    let head =
        "<meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        + "<meta name=\"color-scheme\" content=\"light dark\">"
        + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
        + "style-src 'unsafe-inline'; img-src data:\">"
        + "<link rel=\"icon\" href=\"data:,\">"
        + tag("title", [:], escaped(title)) + tag("style", [:], pageStyle)
    let header = tag(
        "header", [:], tag("h1", [:], escaped(heading)) + tag("p", [:], escaped(subheading)))
    return "<!DOCTYPE html>\n<html lang=\"en\"><head>\(head)</head><body>"
        + tag("main", [:], header + content) + "</body></html>\n"
}
