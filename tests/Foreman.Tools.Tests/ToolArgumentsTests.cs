namespace Foreman.Tools.Tests;

public sealed class ToolArgumentsTests : IDisposable
{
    private readonly ToolHarness _tools = new();

    public void Dispose() => _tools.Dispose();

    [Theory]
    [InlineData("read_file", """{}""", "read_file needs the argument `path`")]
    [InlineData("read_file", """{"path":7}""", "argument `path` of read_file must be a string")]
    [InlineData("read_file", """{"path":"a","ofset":2}""", "read_file has no argument `ofset`; it takes path, offset, limit")]
    [InlineData("read_file", """{"path":"a","offset":0}""", "must be a whole number from 1")]
    [InlineData("read_file", """{"path":"a","offset":1.5}""", "must be a whole number from 1")]
    [InlineData("read_file", """{"path":"missing.txt"}""", "`missing.txt` does not exist")]
    [InlineData("read_file", """{"path":"."}""", "call list_files")]
    [InlineData("write_file", """{"path":"a.txt"}""", "write_file needs the argument `content`")]
    [InlineData("write_file", """{"path":"","content":"x"}""", "names the workspace itself")]
    [InlineData("write_file", """{"path":"../a","content":"x"}""", "uses `..`")]
    [InlineData("grep", """{"pattern":"("}""", "is not valid")]
    [InlineData("grep", """{"pattern":"(?=x)"}""", "is not valid")]
    [InlineData("grep", """{"pattern":"x","max":500}""", "from 1 to 200")]
    [InlineData("list_files", """{"path":"nowhere"}""", "does not exist")]
    [InlineData("submit_result", """{"verdict":"MAYBE","summary":"s","commit_message":""}""", "not one of GO, NO-GO, ERROR")]
    [InlineData("submit_result", """{"verdict":"GO","summary":"s"}""", "submit_result needs the argument `commit_message`")]
    public void A_mistake_is_explained(string tool, string arguments, string expected)
    {
        var outcome = _tools.Call(tool, arguments);

        Assert.True(outcome.IsError);
        Assert.StartsWith("error", outcome.Text, StringComparison.Ordinal);
        Assert.Contains(expected, outcome.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(32, false)]
    [InlineData(33, true)]
    [Trait("Kind", "2")]
    public void An_object_that_is_stored_is_at_most_32_levels_deep(int levels, bool refused)
    {
        var extra = string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);

        var outcome = _tools.Call("submit_result", $$"""{"verdict":"GO","summary":"s","commit_message":"","extra":{{extra}}}""");

        Assert.Equal(refused, outcome.IsError);
        Assert.Equal(refused, outcome.Text.Contains("deeper than 32", StringComparison.Ordinal));
    }
}
