using System.Text;
using Foreman.Testing;
using Foreman.Tools.Workspaces;

namespace Foreman.Tools.Tests.Properties;

/// <summary>
/// Random paths over trees full of symbolic links: whatever is opened lies in the workspace, and the kernel's own way to stay beneath it
/// agrees with the walk name by name. Five thousand paths; in CI twenty thousand, and a million by <c>.ci/long paths</c> (<c>FOREMAN_TEST_SEEDS</c>).
/// </summary>
public sealed class WorkspacePathProperties
{
    private const string Inside = "inside";
    private const string Outside = "outside";

    private static readonly string[] Names = ["a", "b", "c", "d", "l", "m", "f", "g", ".", "..", "", "up", "self", "abs", "root", "proc", ".git", "pipe", "\0", "é", "~"];

    [Fact]
    public void No_path_over_a_farm_of_links_leads_outside()
    {
        using var folder = new TempFolder();
        var random = new Random(11);
        var (paths, opened, listed, refused) = (LongRun.Seeds(quick: 5000), 0, 0, 0);
        folder.Write("other/secret", Outside);
        folder.Write("other/a/f", Outside);
        var trees = Enumerable.Range(0, 8).Select(i => Farm(folder, random, $"w{i}")).ToArray();
        try
        {
            for (var i = 0; i < paths; i++)
            {
                var (text, tree) = (Path(random), trees[i % trees.Length]);
                var (whole, stepwise) = (Read(tree.Whole, text), Read(tree.Stepwise, text));

                Assert.True(whole == stepwise, $"`{text}`: {whole} and {stepwise}");
                Assert.NotEqual(Outside, whole);
                opened += whole == Inside ? 1 : 0;
                refused += whole is null ? 1 : 0;
                if (i % 16 == 0)
                {
                    var names = List(tree.Whole, text);
                    Assert.Equal(List(tree.Stepwise, text), names);
                    Assert.DoesNotContain("secret", names ?? "", StringComparison.Ordinal);
                    listed += names is null ? 0 : 1;
                }
            }
        }
        finally
        {
            foreach (var (whole, stepwise) in trees)
            {
                whole.Dispose();
                stepwise.Dispose();
            }
        }

        // The paths are worth something only when some are good and some are not.
        Assert.True(opened > paths / 100 && refused > paths / 4 && listed > 0, $"{opened} opened, {refused} refused, {listed} listed of {paths}");
    }

    private static string? Read(Workspace workspace, string path)
    {
        try
        {
            return Encoding.UTF8.GetString(workspace.Read(WorkspacePath.Parse(path), 100));
        }
        catch (WorkspaceException)
        {
            return null;
        }
    }

    private static string? List(Workspace workspace, string path)
    {
        try
        {
            return string.Join('/', workspace.List(WorkspacePath.Parse(path), null, 100, ToolHarness.Unlimited).Entries.Select(e => e.Name));
        }
        catch (WorkspaceException)
        {
            return null;
        }
    }

    private static string Path(Random random) =>
        (random.Next(20) == 0 ? "/" : "") + string.Join('/', random.GetItems(Names, random.Next(1, 6))) + (random.Next(20) == 0 ? "/" : "");

    private static (Workspace Whole, Workspace Stepwise) Farm(TempFolder folder, Random random, string root)
    {
        folder.MakeFolder(root);
        Grow(folder, random, root, root, 0);
        return (Workspace.Open(folder[root]), Workspace.Open(folder[root], stepByStep: true));
    }

    private static void Grow(TempFolder folder, Random random, string root, string at, int depth)
    {
        foreach (var name in (string[])["a", "b", "c", "d", "f", "g", "l", "m", "up", "self", "abs", "root", "proc", "é"])
        {
            var path = $"{at}/{name}";
            string[] targets = name switch
            {
                "up" => ["..", "../..", "../../other", "../other/secret"],
                "self" => ["self", ".", "./a/../.."],
                "abs" => [folder["other/secret"], folder["other"], folder[root]],
                "root" => ["/", "/etc/passwd"],
                "proc" => ["/proc/self/root", "/proc/self/cwd", "/proc/self/fd/0"],
                "l" or "m" => ["a", "f", "../a", "../../other/a", "b/../../..", "nowhere"],
                _ => [],
            };
            if (targets.Length > 0)
            {
                File.CreateSymbolicLink(folder[path], random.GetItems(targets, 1)[0]);
            }
            else if (name is "f" or "g" || depth >= 2 || random.Next(3) == 0)
            {
                folder.Write(path, Inside);
            }
            else
            {
                folder.MakeFolder(path);
                Grow(folder, random, root, path, depth + 1);
            }
        }
    }
}
