/// How a page looks: in the light, in the dark, and on paper; on wide screens and on narrow ones.
/// No letter is smaller than 11 pixels anywhere.
let pageStyle = """
    :root { \(lightColours) }
    @media (prefers-color-scheme: dark) { :root { \(darkColours) } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink); --side: 58px;
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
      font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
      -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
    main { max-width: 1020px; margin: 0 auto; padding: 40px 28px 64px; }
    h1 { font-size: clamp(26px, 5vw, 34px); line-height: 1.15; letter-spacing: -0.02em;
      margin: 0 0 6px; }
    h2 { font-size: 21px; letter-spacing: -0.01em; margin: 48px 0 12px; padding-top: 14px;
      border-top: 2px solid var(--ink); }
    h3 { font-size: 15px; margin: 26px 0 8px; }
    h4 { font-size: 12.5px; font-weight: 600; margin: 0; }
    header p, figcaption, .small, .notes { color: var(--soft); }
    header p { margin: 0; font-size: 16px; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(146px, 1fr));
      gap: 1px; margin: 26px 0 0; }
    .figures div { box-shadow: 0 0 0 1px var(--faint); padding: 12px 14px; }
    .figures b { display: block; font-size: 20px; letter-spacing: -0.01em; }
    .figures span { display: block; font-size: 12.5px; color: var(--soft); line-height: 1.35; }
    figure { margin: 0 0 30px; break-inside: avoid; min-width: 0; }
    figcaption, .small { font-size: 13px; margin-top: 8px; }
    .pair { align-items: start; display: grid; gap: 0 28px;
      grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr)); }
    .pair .beside { min-width: 0; }
    .legend { display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 0 0 12px; padding: 0;
      list-style: none; font-size: 13px; color: var(--soft); }
    .legend i { display: inline-block; width: 11px; height: 11px; margin-right: 6px;
      border-radius: 2px; background: currentColor; }
    .legend i.dashed { height: 0; border-radius: 0; background: none; vertical-align: 3px;
      border-top: 2px dashed var(--soft); width: 16px; }
    .notes { font-size: 13.5px; padding-left: 18px; }
    .soft { color: var(--soft); font-weight: 400; }
    .warning { border-left: 3px solid var(--s2); padding: 2px 0 2px 12px; margin: 18px 0 0; }
    details { margin: 14px 0; }
    summary { cursor: pointer; font-weight: 600; padding: 3px 0; }
    pre { background: var(--panel); padding: 14px 16px; font: 12px/1.5 ui-monospace, "SF Mono",
      "Noto Sans Mono", "DejaVu Sans Mono", monospace; white-space: pre-wrap; margin: 8px 0; }
    \(chartStyle)
    \(tableStyle)
    \(colours)
    @media (max-width: 700px) {
      main { padding: 24px 16px 48px; }
      h2 { margin-top: 38px; }
      .figures { grid-template-columns: 1fr 1fr; }
      .figures b { font-size: 18px; }
      body { --side: 52px; }
    }
    @media print {
      @page { margin: 14mm; }
      :root { \(lightColours) --ink: #000000; --soft: #444b52; --faint: #cdd3d9; }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      body { font-size: 10.5pt; }
      main { max-width: none; padding: 0; }
      h1 { font-size: 22pt; }
      h2 { font-size: 14pt; margin-top: 24pt; break-after: avoid; }
      h3 { break-after: avoid; }
      tr { break-inside: avoid; }
      table { font-size: 8.5pt; }
      th, td { padding: 2.5pt 0 2.5pt 7pt; }
      .figures { grid-template-columns: repeat(3, 1fr); }
      .pair { grid-template-columns: 1fr 1fr; }
    }

    """

/// Plots stretch; the letters beside them are text of the page.
private let chartStyle = """
    .stack, .points { display: grid; column-gap: 8px; }
    .points { grid-template-columns: var(--side) minmax(0, 1fr); }
    .stack h4, .points h4 { grid-column: 1 / -1; margin: 14px 0 8px; line-height: 1.3; }
    .points h4.below { text-align: right; margin: 2px 0 0; }
    .head { font-size: 13px; font-weight: 600; line-height: 1.25; align-self: end; }
    .head small { font-size: 12px; font-weight: 400; color: var(--soft); }
    .plot { position: relative; height: 84px; background: var(--panel); }
    .plot.medium { height: 124px; } .plot.high { height: 190px; }
    .points .plot { height: 240px; }
    .plot svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
    .plot path, .spark path { vector-effect: non-scaling-stroke; fill: none; }
    .side, .clock { position: relative; font-size: 11px; line-height: 14px; color: var(--soft);
      white-space: nowrap; }
    .clock { height: 20px; }
    .up { position: absolute; right: 0; transform: translateY(50%); }
    .across { position: absolute; top: 4px; transform: translateX(-50%); }
    .across.first { transform: none; }
    .points .across.first { transform: translateX(-4px); }
    .across.last { transform: translateX(-100%); }
    .grid { stroke: var(--faint); stroke-width: 1; }
    .curve { stroke: currentColor; stroke-width: 2; stroke-linejoin: round; }
    .faint { stroke-width: 1; stroke-opacity: 0.42; }
    .dashed { stroke-dasharray: 5 3; } .dotted { stroke-dasharray: 1.5 2.5; }
    .plot path.band { fill: currentColor; fill-opacity: 0.2; stroke: none; }
    .dots { stroke: currentColor; stroke-width: 3.6; stroke-linecap: round; stroke-opacity: 0.75; }
    .dots.few { stroke-width: 6.5; }
    .stack .dots { stroke-width: 4; stroke-opacity: 1; } .stack .merge { stroke-width: 8; }
    .moment { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; }
    .wide-bar { display: none; }
    .bars { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 10px 12px;
      align-items: center; }
    .row { display: contents; }
    .bars .name { font-size: 13px; font-weight: 600; max-width: 180px; line-height: 1.25; }
    .bars .note { font-size: 12px; color: var(--soft); white-space: nowrap; }
    .bar { position: relative; display: flex; height: 26px; }
    .bar i { flex: none; height: 100%; overflow: hidden; text-align: center; font-style: normal;
      background: currentColor; box-shadow: inset -1px 0 0 var(--ground); }
    .bar span { color: var(--inside); font-size: 11.5px; line-height: 26px; white-space: nowrap; }
    .bar .mark { position: absolute; top: -3px; bottom: -3px; width: 0;
      border-left: 1.5px solid var(--ink); }
    .differences { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 3px 10px;
      align-items: center; font-size: 12.5px; line-height: 1.35; }
    .differences .name { max-width: 150px; }
    .differences .value { text-align: right; color: var(--soft); }
    .difference { position: relative; height: 14px; background: linear-gradient(to right,
      transparent calc(50% - 0.5px), var(--soft) 0, var(--soft) calc(50% + 0.5px), transparent 0); }
    .difference i { position: absolute; top: 2px; bottom: 2px; background: currentColor; }
    .dot-rows { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: 2px 10px;
      align-items: center; font-size: 12.5px; line-height: 1.35; }
    .dot-rows .name { max-width: 190px; }
    .dot-rows .value { text-align: right; color: var(--soft); white-space: nowrap; }
    .track { position: relative; height: 18px; background: var(--panel); }
    .track u { position: absolute; top: 0; bottom: 0; border-left: 1px solid var(--faint); }
    .track i { position: absolute; background: currentColor; }
    .track .interval { top: 7px; height: 4px; opacity: 0.4; }
    .track .dot { top: 4px; width: 10px; height: 10px; margin-left: -5px; border-radius: 50%; }
    .track .ring { background: none; border: 2px solid currentColor; }
    .better { color: var(--s1); } .worse { color: var(--s2); }
    .spark { display: block; width: 84px; height: 20px; overflow: visible; }
    .spark path { stroke: currentColor; stroke-width: 1.5; }
    .triple { display: grid; gap: 4px 28px;
      grid-template-columns: repeat(auto-fit, minmax(min(215px, 100%), 1fr)); }
    @media (min-width: 700px) { .narrow { display: none; } }
    @media (max-width: 699.98px) {
      .wide { display: none; }
      .plot { height: 72px; } .plot.medium { height: 110px; } .plot.high { height: 170px; }
      .stack, .points { column-gap: 6px; }
      .head { font-size: 12px; } .head small { display: block; font-size: 11px; }
      .bars { display: block; }
      .bars .row { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 2px 12px;
        margin-bottom: 10px; }
      .bars .name { max-width: none; }
      .bars .bar { grid-column: 1 / -1; grid-row: 2; }
    }
    @media (min-width: 1000px) { .wide-bar { display: inline; } }
    """

private let tableStyle = """
    table { border-collapse: collapse; width: 100%; font-size: 13px; overflow-wrap: normal; }
    th, td { text-align: right; padding: 5px 0 5px 16px; border-bottom: 1px solid var(--faint);
      vertical-align: baseline; }
    th { font-weight: 600; color: var(--soft); border-bottom-color: var(--soft);
      vertical-align: bottom; }
    .left { text-align: left; padding-left: 0; padding-right: 16px; }
    td.left { overflow-wrap: anywhere; }
    td:first-child, th:first-child { padding-left: 0; }
    .all td { font-weight: 600; }
    .beside { margin-top: 34px; }
    @media (max-width: 860px) {
      .blocks, .blocks tbody { display: block; }
      .blocks thead { display: none; }
      .blocks tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr));
        gap: 2px 24px; padding: 8px 0; border-bottom: 1px solid var(--faint); }
      .blocks td { display: flow-root; padding: 0; border: 0; min-width: 0; }
      .blocks td::before { float: left; margin-right: 10px; color: var(--soft);
        font-weight: 400; }
      .blocks td.left:first-child { grid-column: 1 / -1; font-weight: 600; text-align: left; }
      .blocks .left { text-align: right; }
      .blocks td:empty { display: none; }
    }
    """

/// Colours of stages and languages, as classes.
private let colours =
    ((0..<6).map { ".s\($0) { color: var(--s\($0)); }" }
    + (0..<10).map { ".l\($0) { color: var(--l\($0)); }" } + [".others { color: var(--others); }"])
    .joined(separator: " ")

private let lightColours = """
    --ink: #1c2127; --soft: #59636e; --faint: #d5dbe1; --ground: #ffffff; --panel: #f5f7f9;
    --s0: #2563c9; --s1: #0c8a6e; --s2: #c9541a; --s3: #8a4dbf; --s4: #a8801f; --s5: #c0357a;
    --others: #d3d9df; --inside: #14181d; \(
        languages(
            "8db4e2", "f3ae6b", "8fd0c3", "ee9a97", "9fce8b", "ecd673", "c9a6d8", "f7b9c4",
            "c9ad97", "a9c0cf"))
    """

private let darkColours = """
    --ink: #e6eaee; --soft: #98a2ad; --faint: #333b44; --ground: #11151a; --panel: #191f26;
    --s0: #6ea6ff; --s1: #41c7a6; --s2: #ff9560; --s3: #c594f5; --s4: #e0b95c; --s5: #f07bb3;
    --others: #3d4650; --inside: #f4f6f8; \(
        languages(
            "3c6ca8", "b5692a", "2f8274", "a84b4a", "4e873a", "8d7722", "7f5592", "a15a72",
            "775a44", "4a6679"))
    """

private func languages(_ colours: String...) -> String {
    colours.enumerated().map { "--l\($0): #\($1);" }.joined(separator: " ")
}
