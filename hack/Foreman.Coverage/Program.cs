using System.Globalization;
using System.Text.Json;
using Foreman.Coverage;

// foreman-coverage ROOT MINIMUM FILE...: adds up the results of coverlet (JSON), prints line coverage for each project below ROOT/src
// and ends with 1 when one of them has less than MINIMUM percent. A line counts as covered when any test project ran it.
// foreman-coverage collect FOLDER: adds up what each process of an instrumented program has written there.
if (args is ["collect", var folder])
{
    Console.WriteLine($"foreman-coverage: {HitsFile.Collect(folder)} processes");
    return 0;
}

if (args.Length < 3)
{
    await Console.Error.WriteLineAsync("usage: foreman-coverage ROOT MINIMUM FILE... | collect FOLDER");
    return 2;
}

var source = Path.Combine(args[0], "src") + Path.DirectorySeparatorChar;
var minimum = double.Parse(args[1], CultureInfo.InvariantCulture);
var covered = new Dictionary<(string File, string Line), bool>();
foreach (var file in args.Skip(2))
{
    if (!File.Exists(file))
    {
        await Console.Error.WriteLineAsync($"foreman-coverage: there is no {file}: run ./test --coverage first");
        return 2;
    }

    using var result = JsonDocument.Parse(await File.ReadAllBytesAsync(file));
    foreach (var (path, line, hits) in Lines(result.RootElement).Where(l => l.Path.StartsWith(source, StringComparison.Ordinal) && !IsGenerated(l.Path)))
    {
        covered[(path, line)] = hits > 0 || covered.GetValueOrDefault((path, line));
    }
}

var projects = covered.GroupBy(c => c.Key.File[source.Length..].Split(Path.DirectorySeparatorChar)[0]).OrderBy(g => g.Key, StringComparer.Ordinal)
    .Select(g => (Name: g.Key, Lines: g.Count(), Covered: g.Count(c => c.Value))).ToList();
var low = 0;
Console.WriteLine($"{"project",-24}{"lines",8}{"covered",10}");
foreach (var (name, lines, hit) in projects)
{
    var percent = 100.0 * hit / lines;
    low += percent < minimum ? 1 : 0;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24}{lines,8}{percent,9:0.0}%{(percent < minimum ? "  too low" : "")}"));
}

// A project with code and without one measured line was never loaded by a test.
var missing = Directory.EnumerateDirectories(source).Where(HasCode).Select(d => Path.GetFileName(d)!).Except(projects.Select(p => p.Name)).ToList();
missing.ForEach(name => Console.WriteLine($"{name,-24}{"?",8}{"none",10}  too low"));
if (low + missing.Count > 0)
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{low + missing.Count} projects are below {minimum} % line coverage; what no test ran stands in the files of {Path.GetDirectoryName(Path.GetDirectoryName(args[2]))}"));
}

return low + missing.Count == 0 ? 0 : 1;

static bool IsGenerated(string path) => path.EndsWith(".g.cs", StringComparison.Ordinal) || path.Contains("/obj/", StringComparison.Ordinal);

// Types and constants alone compile to nothing that can be covered.
static bool HasCode(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Any();

// { module: { file: { class: { method: { "Lines": { "12": 3 } } } } } }
static IEnumerable<(string Path, string Line, int Hits)> Lines(JsonElement root) =>
    from module in root.EnumerateObject()
    from file in module.Value.EnumerateObject()
    from type in file.Value.EnumerateObject()
    from method in type.Value.EnumerateObject()
    from line in method.Value.GetProperty("Lines").EnumerateObject()
    select (file.Name, line.Name, line.Value.GetInt32());
