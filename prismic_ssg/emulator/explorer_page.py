"""The HTML of the explorer, for string.Template; every value in it is escaped before."""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$name: Content API explorer</title>
<style>
:root { color-scheme: light dark; --line: #8885; --soft: #8881; }
body { margin: 0 auto; max-width: 80rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
form { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); }
label { display: grid; gap: .25rem; font-weight: 600; min-width: 0; align-content: start; }
.wide { grid-column: 1 / -1; }
input, select, textarea, button { font: .95rem/1.4 ui-monospace, monospace; padding: .4rem;
  box-sizing: border-box; max-width: 100%; }
input, select, textarea { width: 100%; }
textarea { min-height: 3.5rem; resize: vertical; }
button { font-family: inherit; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid #5163ba; outline-offset: 1px; }
small { font-weight: 400; }
pre { overflow: auto; max-height: 32rem; padding: .75rem; border: 1px solid var(--line);
  background: var(--soft); white-space: pre-wrap; overflow-wrap: anywhere; }
.columns { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; text-align: left; }
[role=alert] { border-left: 4px solid #c33; padding-left: .75rem; }
</style>
</head>
<body>
<header>
<h1>$name</h1>
<p>A local Content API at <a href="$endpoint"><code>$endpoint</code></a>.
Custom types: $types.</p>
</header>
<main>
<form action="/" method="get">
<label class="wide">Filters <small>one to a line, as they are sent:
<code>[[at(document.type, "page")]]</code></small>
<textarea name="q" rows="3" accesskey="f" spellcheck="false" autofocus>$q</textarea></label>
<label>Ref<select name="ref" accesskey="r">$refs</select></label>
<label>Locale<select name="lang" accesskey="l">$langs</select></label>
<label>Orderings<input name="orderings" value="$orderings" accesskey="o" spellcheck="false"
 placeholder="[my.page.title,document.first_publication_date desc]"></label>
<label>fetchLinks<input name="fetchLinks" value="$fetchLinks" spellcheck="false"
 placeholder="author.name"></label>
<label class="wide">GraphQuery
<textarea name="graphQuery" rows="2" accesskey="g" spellcheck="false">$graphQuery</textarea></label>
<label class="wide">Routes <small>JSON</small>
<input name="routes" value="$routes" spellcheck="false"></label>
<label>Page size<input name="pageSize" value="$pageSize" inputmode="numeric" placeholder="20">
</label>
<label>Page<input name="page" value="$page" inputmode="numeric" placeholder="1"></label>
<label>Access token<input name="access_token" type="password" autocomplete="off"></label>
<p class="wide"><button type="submit" accesskey="s">Ask the API</button></p>
</form>
<h2>Results</h2>
$summary
<div class="scroll">$results</div>
$pages
<h2>Request</h2>
<pre tabindex="0"><a href="$href">$url</a></pre>
<div class="columns">
<section><h2>Python</h2><pre tabindex="0">$python</pre></section>
<section><h2>JavaScript</h2><pre tabindex="0">$javascript</pre></section>
</div>
<h2>Answer</h2>
<pre tabindex="0">$json</pre>
</main>
</body>
</html>
"""
