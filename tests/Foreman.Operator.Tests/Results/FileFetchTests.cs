using System.Security.Cryptography;
using System.Text;
using Foreman.Api;
using Foreman.Operator.Results;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Results;

public sealed class FileFetchTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, byte[]> _contents = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_are_written_below_the_folder_and_the_same_ones_are_left()
    {
        var files = Files(File("a/b.txt", "one"), File("c.txt", "two"));

        Assert.Equal([FetchStates.Written, FetchStates.Written], States(Write(files)));
        Assert.Equal([FetchStates.Unchanged, FetchStates.Unchanged], States(Write(files)));

        Assert.Equal("one", System.IO.File.ReadAllText(_folder["out/a/b.txt"]));
    }

    [Fact]
    public void Another_file_is_replaced_with_force_only()
    {
        _folder.Write("out/a", "mine");
        var files = Files(File("a", "theirs"));

        var kept = Assert.Single(Write(files));
        Assert.Equal(FetchStates.Exists, kept.State);
        Assert.Contains("--force", kept.Problem, StringComparison.Ordinal);
        Assert.Equal("mine", System.IO.File.ReadAllText(_folder["out/a"]));

        Assert.Equal([FetchStates.Written], States(Write(files, overwrite: true)));
        Assert.Equal("theirs", System.IO.File.ReadAllText(_folder["out/a"]));
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/tmp/escaped")]
    [InlineData("a/../../escaped")]
    [InlineData(".git/hooks/pre-commit")]
    [InlineData("link/escaped")]
    public void A_path_of_a_model_that_leads_elsewhere_is_refused(string path)
    {
        _folder.MakeFolder("out");
        Directory.CreateSymbolicLink(_folder["out/link"], _folder.MakeFolder("elsewhere"));

        var fetched = Write(Files(File(path, "x"), File("good", "y")), overwrite: true);

        Assert.Equal([FetchStates.Refused, FetchStates.Written], States(fetched));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "escaped", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["elsewhere"]));
    }

    [Fact]
    public void A_file_that_the_cluster_does_not_have_is_told_with_host_and_path()
    {
        var far = new ResultFile("big.bin", new string('a', 64), 9);

        var kept = Assert.Single(Write(new ResultFiles([far], 0, "mac", "/ws/team/t-1")));
        var lost = Assert.Single(Write(new ResultFiles([far], 0, null, null)));

        Assert.Equal(FetchStates.OnHost, kept.State);
        Assert.Contains("it is at /ws/team/t-1/big.bin on mac", kept.Problem, StringComparison.Ordinal);
        Assert.Contains("the task's workspace was not kept", lost.Problem, StringComparison.Ordinal);
    }

    private static ResultFiles Files(params ResultFile[] files) => new(files, 0, "mac", "/ws");

    private static IEnumerable<string> States(IReadOnlyList<FetchedFile> fetched) => fetched.Select(f => f.State);

    private ResultFile File(string path, string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        var sha = Convert.ToHexStringLower(SHA256.HashData(content));
        _contents[sha] = content;
        return new ResultFile(path, sha, content.Length);
    }

    private IReadOnlyList<FetchedFile> Write(ResultFiles files, bool overwrite = false)
    {
        var told = new List<FetchedFile>();
        var fetched = FileFetch.Write(files, _contents, _folder["out"], overwrite, told.Add);
        Assert.Equal(fetched, told);
        return fetched;
    }
}
