using System.Text.Json.Nodes;

namespace Foreman.Compare.Tests.Model;

public sealed class ConversationTests
{
    [Fact]
    public void A_request_is_read_into_answers_and_what_came_back()
    {
        var seen = new Requests("g").Call("grep", new JsonObject { ["pattern"] = "x" }, "error: no").Said("hm", "You answered without a tool call").Read(77);

        Assert.Equal(("g", 77, 2), (seen.Goal, seen.MaxTokens, seen.Exchanges.Count));
        var call = Assert.Single(seen.Exchanges[0].Calls);
        Assert.Equal(("grep", "x", true), (call.Name, call.Argument("pattern"), call.Failed));
        Assert.Contains("without a tool call", seen.Exchanges[1].Feedback, StringComparison.Ordinal);
        Assert.Null(seen.Poison);
    }

    [Fact]
    public void What_llama_server_chokes_on_is_found()
    {
        Assert.Contains("Failed to parse", new Requests("g").Call("grep", """{"pattern":""", "error").Read().Poison, StringComparison.Ordinal);
        Assert.Contains("must contain", new Requests("g").Said("", "go on").Read().Poison, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_shown_until_its_result_is_masked()
    {
        var arguments = new JsonObject { ["path"] = "a" };

        Assert.True(new Requests("g").Call("read_file", arguments, "text").Read().Shows("a"));
        Assert.False(new Requests("g").Call("read_file", arguments, "text\n[rest of the result of read_file left out]").Read().Shows("a"));
        Assert.False(new Requests("g").Call("read_file", arguments, "error: `a` does not exist").Read().Shows("a"));
    }
}
