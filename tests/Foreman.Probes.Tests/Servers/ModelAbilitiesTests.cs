using System.Text.Json;
using Foreman.Api;

namespace Foreman.Probes.Tests.Servers;

[Trait("Kind", "7")]
public class ModelAbilitiesTests
{
    [Theory]
    [InlineData("""{"capabilities":["completion","tools","thinking"]}""", "completion tools thinking")]
    [InlineData("""{"capabilities":["tools","vision"]}""", "completion tools vision")]
    [InlineData("""{"capabilities":["vision"]}""", "completion vision")]
    [InlineData("""{"capabilities":["embedding"]}""", "embedding")]
    [InlineData("""{"capabilities":["embedding","vision"]}""", "embedding vision")]
    [InlineData("""{"capabilities":{"completion_chat":true,"function_calling":true,"fine_tuning":false}}""", "chat tools")]
    [InlineData("""{"type":"llm","capabilities":{"vision":false,"trained_for_tool_use":true}}""", "tools chat")]
    [InlineData("""{"type":"embeddings"}""", "embedding")]
    [InlineData("""{"type":"embedding"}""", "embedding")]
    [InlineData("""{"type":"vlm"}""", "chat")]
    [InlineData("""{"model_type":"rerank"}""", "rerank")]
    [InlineData("""{"task":"feature-extraction"}""", "embedding")]
    [InlineData("""{"pipeline_tag":"text-generation"}""", "completion")]
    [InlineData("""{"categories":["embedding"]}""", "embedding")]
    [InlineData("""{"labels":["reranking"]}""", "rerank")]
    [InlineData("""{"model_ability":["embed"]}""", "embedding")]
    [InlineData("""{"architecture":{"output_modalities":["text"]}}""", "completion")]
    [InlineData("""{"architecture":{"output_modalities":["embeddings"]}}""", "embedding")]
    [InlineData("""{"architecture":{"output_modalities":["image"]}}""", "image")]
    [InlineData("""{"details":{"family":"nomic-bert"}}""", "embedding")]
    [InlineData("""{"details":{"family":"qwen3"}}""", null)]
    [InlineData("""{"type":"model"}""", null)]
    [InlineData("""{"capabilities":["streaming"]}""", null)]
    [InlineData("""{"capabilities":[]}""", null)]
    [InlineData("""{"capabilities":7,"type":[],"labels":{"a":1},"architecture":3,"details":"x"}""", null)]
    [InlineData("[]", null)]
    public void What_servers_say_in_many_ways_is_one_list(string entry, string? words)
    {
        JsonElement? json = JsonElementExtensions.Parse(entry);

        var found = ModelAbilities.Of(json);

        Assert.Equal(words?.Split(' ').Order(), found?.Order());
    }

    [Fact]
    public void A_list_of_words_is_bounded_and_can_be_shown()
    {
        var words = string.Join(',', Enumerable.Range(0, 2000).Select(i => $"\"w{i}\\u202e{new string('x', 500)}\""));

        var found = ModelAbilities.Of(JsonElementExtensions.Parse($$"""{"capabilities":["chat",{{words}}]}"""));

        Assert.Equal(16, found!.Count);
        Assert.All(found, w => Assert.InRange(w.Length, 1, 48));
    }

    [Theory]
    [InlineData("qwen3:4b", null, true)]
    [InlineData("nomic-embed-text", null, false)]
    [InlineData("nomic-embed-text", "completion", true)]
    [InlineData("qwen3:4b", "embedding", false)]
    [InlineData("qwen3:4b", "tools chat", true)]
    public void The_servers_word_wins_over_the_name(string name, string? words, bool chats) =>
        Assert.Equal(chats, ModelAbilities.CanChat(new ServedModel { Name = name, Capabilities = words?.Split(' ') }));
}
