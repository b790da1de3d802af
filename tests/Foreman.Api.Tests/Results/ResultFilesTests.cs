using System.Text.Json.Nodes;

namespace Foreman.Api.Tests.Results;

public class ResultFilesTests
{
    private static readonly string Sha = new('a', 64);

    [Fact]
    public void The_files_of_a_result_and_its_workspace_are_read()
    {
        var files = ResultFiles.Read(Result($$$"""{"files":[{"path":"a/b","sha256":"{{{Sha}}}","bytes":5}],"filesLeftOut":3,"workspace":{"host":"mac","path":"/w"}}"""));

        Assert.Equal(new ResultFile("a/b", Sha, 5), Assert.Single(files.Files));
        Assert.Equal((3L, "mac", "/w"), (files.LeftOut, files.Host, files.Workspace));
        Assert.NotNull(files.Find("a/b"));
        Assert.Null(files.Find("A/B"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"files":"none","filesLeftOut":"many","workspace":[]}""")]
    [InlineData("""{"files":[1,null,"x",{"path":1},{"path":"a","sha256":"short","bytes":1},{"path":"a","bytes":1},{"path":"","sha256":"x","bytes":1}]}""")]
    public void What_is_no_file_is_left_out(string extra)
    {
        var files = ResultFiles.Read(Result(extra));

        Assert.Empty(files.Files);
        Assert.Equal((0L, null, null), (files.LeftOut, files.Host, files.Workspace));
    }

    [Fact]
    public void A_negative_size_and_a_hash_in_capitals_are_no_file() => Assert.Empty(ResultFiles.Read(Result(
        $$"""{"files":[{"path":"a","sha256":"{{Sha}}","bytes":-1},{"path":"a","sha256":"{{Sha.ToUpperInvariant()}}","bytes":1}]}""")).Files);

    [Fact]
    public void Without_a_result_there_are_no_files() => Assert.Empty(ResultFiles.Read(null).Files);

    private static JsonObject Result(string extra) => new() { ["extra"] = JsonNode.Parse(extra) };
}
