using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Foreman.Api;

namespace Foreman.Runner.Gates.Languages;

/// <summary>Python: compileall, and pytest or unittest; black, ruff and flake8 where the repository declares them.</summary>
internal sealed partial class PythonGate : IGateLanguage
{
    private static readonly string[] Declaring = ["pyproject.toml", "setup.cfg", "tox.ini", "requirements.txt", "requirements-dev.txt"];
    private static readonly string[] Roots = ["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "tox.ini", "pytest.ini"];
    private static readonly GateTool Python = GateTool.Program("python3", "install Python 3 (Debian: python3)");

    public GateLanguage Language => GateLanguage.Python;

    public TestFiles Tests { get; } = new([".py"], IsTest);

    public ImmutableDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["PYTHONPYCACHEPREFIX"] = "{cache}/pycache",

        // Compiled by time and size, a file that a fix changed within the same second would be taken for the old one.
        ["PYTHONDONTWRITEBYTECODE"] = "1",
        ["PIP_CACHE_DIR"] = "{cache}/pip",
        ["PYTHONUNBUFFERED"] = "1",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    public string? Root(RepositoryTree tree)
    {
        var (project, source) = (tree.Nearest(BeginsProject), tree.Nearest(f => f.EndsWith(".py", StringComparison.Ordinal) && !IsTest(f)));

        // What a folder such as docs needs says nothing of the sources above it.
        return project is not null && (source is null || Depth(project) <= Depth(source)) ? project : source;
    }

    public bool BeginsProject(string path) => Roots.Contains(RepositoryTree.NameOf(path), StringComparer.Ordinal);

    public IEnumerable<GateCheck> ChecksOf(RepositoryTree tree, string? root, GateProfile? profile)
    {
        // Where only sources tell that it is Python, all of it is one project.
        var folder = root is not null && BeginsProject(root) ? RepositoryTree.FolderOf(root) : "";
        string Declared(string name) => tree.Text(RepositoryTree.Under(folder, name));
        bool Has(string name) => tree.Has(RepositoryTree.Under(folder, name));
        var project = Declared("pyproject.toml");
        if (HasTable(project, "tool.black"))
        {
            yield return new GateCheck { Name = Checks.Format, Command = "python3 -m black --check --quiet . || python3 -m black --check .", Folder = folder, Tools = [Module("black")], ComparesWithBase = true };
        }
        else if (HasTable(project, "tool.ruff.format"))
        {
            yield return new GateCheck { Name = Checks.Format, Command = "ruff format --check .", Folder = folder, Tools = [Ruff], ComparesWithBase = true };
        }

        if (HasTable(project, "tool.ruff") || Has("ruff.toml") || Has(".ruff.toml"))
        {
            yield return new GateCheck { Name = Checks.Lint, Command = "ruff check .", Folder = folder, Tools = [Ruff], ComparesWithBase = true };
        }
        else if (Has(".flake8") || HasTable(Declared("setup.cfg"), "flake8") || HasTable(Declared("tox.ini"), "flake8"))
        {
            yield return new GateCheck { Name = Checks.Lint, Command = "python3 -m flake8", Folder = folder, Tools = [Module("flake8")], ComparesWithBase = true };
        }

        yield return new GateCheck { Name = Checks.Build, Command = "python3 -m compileall -q -f --invalidation-mode checked-hash -x '/(testdata|fixtures|node_modules|[.]venv)/' .", Folder = folder, Tools = [Python] };
        if (TestsOf(tree, folder, profile) is { } test)
        {
            yield return test;
        }
    }

    private static GateTool Ruff { get; } = GateTool.Program("ruff", "install ruff where the sandbox sees it (below /usr)");

    private static GateTool Module(string name) => new(name, $"python3 -c 'import {name}'", $"install the Python module {name} where the sandbox sees it (Debian: python3-{name})");

    private static GateCheck? TestsOf(RepositoryTree tree, string folder, GateProfile? profile)
    {
        var root = folder.Length == 0 ? "" : folder + "/";
        string[] tests = [.. tree.Files.Where(f => f.StartsWith(root, StringComparison.Ordinal) && f.EndsWith(".py", StringComparison.Ordinal) && IsTest(f) && !RepositoryTree.IsBesides(f))];
        var sources = profile?.TestLayout?.SourceRoot is { Length: > 0 } given ? given : tree.Files.Any(f => f.StartsWith(root + "src/", StringComparison.Ordinal)) ? "src" : null;
        var path = sources is null ? "PYTHONPATH=." : $"PYTHONPATH=.:{ShellText.Quote(sources)}";
        var limit = TimeSpan.FromMinutes(20);
        if (UsesPytest(tree, folder))
        {
            // 5 is pytest's code for no tests.
            return new GateCheck
            {
                Name = Checks.Test,
                Declared = "pytest",
                Command = $"{path} python3 -m pytest -q -p no:cacheprovider",
                Folder = folder,
                Tools = [Python, Module("pytest")],
                AlsoPasses = [5],
                RanNothing = tests.Length > 0 ? ["no tests ran"] : [],
                Limit = limit,
            };
        }

        if (tests.Length == 0)
        {
            return null;
        }

        var start = profile?.TestLayout?.TestRoot is { Length: > 0 } testRoot ? testRoot : StartOf(tests, root);

        // Without __init__.py a folder is found only when the search begins in it.
        var top = start == "." || tree.Has($"{root}{start}/__init__.py") ? " -t ." : "";
        var pattern = tests.All(t => RepositoryTree.NameOf(t).StartsWith("test", StringComparison.Ordinal)) ? "test*.py" : tests.All(t => t.EndsWith("_test.py", StringComparison.Ordinal)) ? "*_test.py" : "*test*.py";
        return new GateCheck
        {
            Name = Checks.Test,
            Declared = "unittest",
            Command = $"{path} python3 -m unittest discover -s {ShellText.Quote(start)}{top} -p '{pattern}'",
            Folder = folder,
            Tools = [Python],
            AlsoPasses = [5],
            RanNothing = ["Ran 0 tests in"],
            Limit = limit,
        };
    }

    // Tests in one folder are searched there, tests everywhere from the root.
    private static string StartOf(string[] tests, string root)
    {
        string[] folders = [.. tests.Select(t => t[root.Length..]).Select(t => t.IndexOf('/', StringComparison.Ordinal) is > 0 and var at ? t[..at] : ".").Distinct(StringComparer.Ordinal)];
        return folders.Length == 1 ? folders[0] : ".";
    }

    private static bool UsesPytest(RepositoryTree tree, string folder)
    {
        string Declared(string name) => tree.Text(RepositoryTree.Under(folder, name));
        return tree.Has(RepositoryTree.Under(folder, "pytest.ini"))
            || Declaring.Any(n => Names(Declared(n)))
            || tree.Files.Any(f => RepositoryTree.NameOf(f) == "conftest.py" && !RepositoryTree.IsBesides(f));
    }

    // As a table of settings, or as a package of the project, of its tests or of its development.
    private static bool Names(string text) => text.Split('\n').Any(l => !l.TrimStart().StartsWith('#') && Pytest().IsMatch(l));

    [GeneratedRegex("(^|[^A-Za-z0-9_-])pytest($|[^A-Za-z0-9_-])", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Pytest();

    private static int Depth(string path) => path.Count(c => c == '/');

    private static bool HasTable(string text, string name) =>
        text.Split('\n').Any(l => l.TrimEnd() is var line && (line == $"[{name}]" || line.StartsWith($"[{name}.", StringComparison.Ordinal)));

    private static bool IsTest(string path) => RepositoryTree.NameOf(path) is var name
        && (name.StartsWith("test_", StringComparison.Ordinal) || name.EndsWith("_test.py", StringComparison.Ordinal) || name is "tests.py" or "conftest.py");
}
