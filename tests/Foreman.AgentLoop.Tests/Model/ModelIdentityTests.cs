using Foreman.AgentLoop.Model;

namespace Foreman.AgentLoop.Tests.Model;

[Trait("Kind", "7")]
public class ModelIdentityTests
{
    private static readonly (string Id, string Name)[] Served =
    [
        ("nomic-embed-text", "nomic-embed-text"), ("/models/qwen3-8b", "/models/qwen3-8b"), ("q", "q"), ("q", "fast"), ("caf\ufffd", "caf\ufffd"), ("a\u202eb", "a\u202eb"),
    ];

    [Theory]
    [InlineData("qwen3-8b", "/models/qwen3-8b")]
    [InlineData("/models/qwen3-8b", "/models/qwen3-8b")]
    [InlineData("/elsewhere/Qwen3-8B", "/models/qwen3-8b")]
    [InlineData("fast", "q")]
    [InlineData("caf\ufffd", "caf\ufffd")]
    [InlineData("a\\u202eb", "a\u202eb")]
    [InlineData("", "/models/qwen3-8b")]
    [InlineData("gemma", null)]
    public void The_servers_own_id_is_asked_for(string asked, string? id) => Assert.Equal(id, ModelIdentity.Find(asked, Served));

    [Fact]
    public void A_server_that_only_embeds_is_asked_for_what_it_has_and_says_no_itself() =>
        Assert.Equal("bge-m3", ModelIdentity.Find("", [("bge-m3", "bge-m3")]));
}
