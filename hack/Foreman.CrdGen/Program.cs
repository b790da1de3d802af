using Foreman.CrdGen;

const string Usage = """
    Writes the CustomResourceDefinitions of src/Foreman.Api and their reference page.
    Usage: dotnet run --project hack/Foreman.CrdGen -c Release [-- --check]
      --check   write nothing; exit with 1 and name the files that are out of date
    """;

var root = Directory.GetCurrentDirectory();
if (args.Any(a => a != "--check"))
{
    Console.Error.WriteLine(Usage);
    return 2;
}

if (!File.Exists(Path.Combine(root, "Foreman.sln")))
{
    Console.Error.WriteLine($"{root} is not the root of the source tree (no Foreman.sln): run this from there");
    return 2;
}

if (args.Length == 0)
{
    var changed = GeneratedFiles.Update(root);
    Console.WriteLine(changed.Count == 0 ? "up to date" : string.Join('\n', changed.Select(c => $"written: {c}")));
    return 0;
}

var stale = GeneratedFiles.OutOfDate(root);
foreach (var path in stale)
{
    Console.Error.WriteLine($"{path} is out of date: run 'dotnet run --project hack/Foreman.CrdGen -c Release'");
}

return stale.Count == 0 ? 0 : 1;
