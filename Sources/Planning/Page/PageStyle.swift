/// How a page looks: in the light, in the dark, and on paper.
let pageStyle = """
    :root {
      --ink: #1c2127; --soft: #59636e; --faint: #d5dbe1; --ground: #ffffff; --panel: #f5f7f9;
      --s0: #2563c9; --s1: #0c8a6e; --s2: #c9541a; --s3: #8a4dbf; --s4: #a8801f; --s5: #c0357a;
      --others: #d3d9df; --inside: #14181d; \(lightLanguages)
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ink: #e6eaee; --soft: #98a2ad; --faint: #333b44; --ground: #11151a; --panel: #191f26;
        --s0: #6ea6ff; --s1: #41c7a6; --s2: #ff9560; --s3: #c594f5; --s4: #e0b95c; --s5: #f07bb3;
        --others: #3d4650; --inside: #f4f6f8; \(darkLanguages)
      }
    }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
      font-variant-numeric: tabular-nums; }
    main { max-width: 1020px; margin: 0 auto; padding: 40px 28px 64px; }
    h1 { font-size: 34px; line-height: 1.15; letter-spacing: -0.02em; margin: 0 0 6px; }
    h2 { font-size: 21px; letter-spacing: -0.01em; margin: 48px 0 12px; padding-top: 14px;
      border-top: 2px solid var(--ink); }
    h3 { font-size: 15px; margin: 26px 0 8px; }
    header p, figcaption, .small, .notes { color: var(--soft); }
    header p { margin: 0; font-size: 16px; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(146px, 1fr));
      gap: 1px; margin: 26px 0 0; }
    .figures div { box-shadow: 0 0 0 1px var(--faint); padding: 12px 14px; }
    .figures b { display: block; font-size: 20px; letter-spacing: -0.01em; white-space: nowrap; }
    .figures span { display: block; font-size: 12.5px; color: var(--soft); line-height: 1.35; }
    figure { margin: 0 0 30px; break-inside: avoid; }
    figcaption, .small { font-size: 13px; margin-top: 6px; }
    svg { display: block; width: 100%; height: auto; overflow: visible; }
    .pair { align-items: start; display: grid; gap: 0 28px;
      grid-template-columns: repeat(auto-fit, minmax(400px, 1fr)); }
    .legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 0 0 12px; padding: 0;
      list-style: none; font-size: 13px; color: var(--soft); }
    .legend i { display: inline-block; width: 11px; height: 11px; margin-right: 6px;
      border-radius: 2px; background: currentColor; }
    .table { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-size: 13px; }
    th, td { text-align: right; padding: 5px 0 5px 16px; border-bottom: 1px solid var(--faint);
      white-space: nowrap; }
    th { font-weight: 600; color: var(--soft); border-bottom-color: var(--soft); }
    .left { text-align: left; padding-left: 0; padding-right: 16px; white-space: normal; }
    td:first-child, th:first-child { padding-left: 0; white-space: nowrap; }
    .beside { margin-top: 34px; }
    .notes { font-size: 13.5px; padding-left: 18px; }
    text { fill: var(--ink); font-size: 12px; }
    .tick, .note { fill: var(--soft); font-size: 11px; }
    .title { font-size: 12.5px; font-weight: 600; }
    .head, .name { font-size: 13px; font-weight: 600; }
    .inside { fill: var(--inside); font-size: 11.5px; pointer-events: none; }
    .panel { fill: var(--panel); }
    .grid { stroke: var(--faint); stroke-width: 1; }
    .curve { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
    .dots { fill: none; stroke: currentColor; stroke-width: 3.4; stroke-linecap: round;
      stroke-opacity: 0.75; }
    .mark { stroke: var(--ink); stroke-width: 1.5; }
    rect { fill: currentColor; }
    \(colours)
    @media print {
      @page { margin: 14mm; }
      :root {
        --ink: #000000; --soft: #444b52; --faint: #cdd3d9; --ground: #ffffff; --panel: #f5f7f9;
        --s0: #2563c9; --s1: #0c8a6e; --s2: #c9541a; --s3: #8a4dbf; --s4: #a8801f; --s5: #c0357a;
        --others: #d3d9df; --inside: #14181d; \(lightLanguages)
      }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      body { font-size: 10.5pt; }
      main { max-width: none; padding: 0; }
      h1 { font-size: 22pt; }
      h2 { font-size: 14pt; margin-top: 24pt; break-after: avoid; }
      h3 { break-after: avoid; }
      tr { break-inside: avoid; }
      table { font-size: 8pt; }
      th, td { padding: 2.5pt 0 2.5pt 7pt; }
      .figures { grid-template-columns: repeat(3, 1fr); }
      .pair { grid-template-columns: 1fr 1fr; }
      .table { overflow: visible; }
    }

    """

/// Colours of stages and languages, as classes.
private let colours =
    ((0..<6).map { ".s\($0) { color: var(--s\($0)); }" }
    + (0..<10).map { ".l\($0) { color: var(--l\($0)); }" } + [".others { color: var(--others); }"])
    .joined(separator: " ")

private let lightLanguages = languages(
    "8db4e2", "f3ae6b", "8fd0c3", "ee9a97", "9fce8b", "ecd673", "c9a6d8", "f7b9c4", "c9ad97",
    "a9c0cf")

private let darkLanguages = languages(
    "3c6ca8", "b5692a", "2f8274", "a84b4a", "4e873a", "8d7722", "7f5592", "a15a72", "775a44",
    "4a6679")

private func languages(_ colours: String...) -> String {
    colours.enumerated().map { "--l\($0): #\($1);" }.joined(separator: " ")
}
