namespace Foreman.Git.Tests;

public sealed class TreeTextsTests
{
    [Fact]
    public async Task Text_files_of_a_commit_are_read_and_no_others()
    {
        using var scene = await JoinsTests.Scene.StartAsync(("a.txt", "one\n"), ("b/ö.txt", "zwei"), ("empty", ""), ("bin", "a\0b"), ("other.txt", "x"));
        var sha = await scene.BranchAsync("one", f =>
        {
            File.CreateSymbolicLink(Path.Combine(f.Path, "link.txt"), "a.txt");
            f.Write("a.txt", "of the branch\n");
        });
        var tree = await scene.OpenAsync();

        var texts = await TreeTexts.ReadAsync(tree, sha, p => p != "other.txt", 64L << 20, CancellationToken.None);

        Assert.Equal([new("a.txt", "of the branch\n"), new("b/ö.txt", "zwei"), new FileText("empty", "")], texts.Files);
        Assert.Empty(texts.LeftOut);
    }

    [Fact]
    public async Task Files_beyond_the_bounds_are_named()
    {
        var names = Enumerable.Range(0, 12).Select(i => $"f{i:00}.txt").ToList();
        using var scene = await JoinsTests.Scene.StartAsync([.. names.Select(n => (n, new string('x', 1_000_000))), ("long.txt", new string('y', TreeTexts.MaxFileBytes + 1))]);
        var tree = await scene.OpenAsync();

        var texts = await TreeTexts.ReadAsync(tree, tree.StartSha, _ => true, 64L << 20, CancellationToken.None);

        Assert.Equal(names, texts.Files.Select(f => f.Path));
        Assert.All(texts.Files, f => Assert.Equal(1_000_000, f.Text.Length));
        Assert.Equal(["long.txt"], texts.LeftOut);

        var fewer = await TreeTexts.ReadAsync(tree, tree.StartSha, _ => true, 3_500_000, CancellationToken.None);

        Assert.Equal(names.Take(3), fewer.Files.Select(f => f.Path));
        Assert.Equal([.. names.Skip(3), "long.txt"], fewer.LeftOut);
    }

    [Fact]
    public async Task Nothing_is_read_where_nothing_is_wanted()
    {
        using var scene = await JoinsTests.Scene.StartAsync(("a.txt", "1\n"));
        var tree = await scene.OpenAsync();

        Assert.Empty((await TreeTexts.ReadAsync(tree, tree.StartSha, _ => false, 64L << 20, CancellationToken.None)).Files);
        await Assert.ThrowsAsync<GitException>(() => TreeTexts.ReadAsync(tree, "main", _ => true, 64L << 20, CancellationToken.None));
    }
}
