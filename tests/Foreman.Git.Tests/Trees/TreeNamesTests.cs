using System.Text;
using Foreman.Git.Trees;
using Foreman.Testing;

namespace Foreman.Git.Tests.Trees;

public class TreeNamesTests
{
    [Theory]
    [InlineData(1, "a")]
    [InlineData(2, "a|b/c")]
    [InlineData(9, "a|b/c|caf\uFFFD")]
    public async Task Names_are_read_as_far_as_asked_for(int max, string names)
    {
        var list = new MemoryStream([.. "a\0b/c\0caf"u8, 0xE9, 0]);
        var read = new TreeNames(max);

        await read.ReadAsync(list, CancellationToken.None);

        Assert.Equal(names.Split('|'), read.Files);
    }

    [Fact]
    public async Task A_name_across_two_reads_is_whole()
    {
        var names = Enumerable.Range(0, 5000).Select(i => new string('n', i % 100) + i).ToList();
        var read = new TreeNames(10_000);

        await read.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(names.Select(n => n + "\0")))), CancellationToken.None);

        Assert.Equal(names, read.Files);
    }

    [Fact]
    public async Task A_list_that_does_not_end_is_read_no_further_than_needed()
    {
        using var folder = new TempFolder();
        var program = TestScript.Write(folder["git.sh"], "[ \"$1\" = version ] && echo git version 2.39.0 && exit\nyes name | tr '\\n' '\\0'");
        var git = await GitProgram.FindAsync(new GitOptions { StateFolder = folder.Path, Program = program, MaxOutputBytes = 1 << 20 }, TimeProvider.System, CancellationToken.None);
        var read = new TreeNames(1_000_000);

        _ = await git.StreamAsync(new Foreman.Git.Commands.GitCall("ls-tree"), read.ReadAsync, CancellationToken.None);

        Assert.Equal(1_000_000, read.Files.Count);
    }

    [Fact]
    public async Task A_name_without_end_takes_bounded_memory() =>
        Assert.Equal(GitFault.TooLarge, (await Assert.ThrowsAsync<GitException>(() => new TreeNames(1).ReadAsync(new MemoryStream(new byte[200_000].Select(_ => (byte)'x').ToArray()), CancellationToken.None))).Fault);
}
