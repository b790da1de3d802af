namespace Foreman.Primitives.Tests;

[Trait("Kind", "7")]
public class ModelNameTests
{
    [Theory]
    [InlineData("qwen3:4b", "qwen3:4b")]
    [InlineData("Qwen/Qwen3-8B", "Qwen/Qwen3-8B")]
    [InlineData("/models/qwen3-8b", "qwen3-8b")]
    [InlineData("/models/qwen3-8b/", "qwen3-8b")]
    [InlineData("/models/qwen.gguf", "qwen.gguf")]
    [InlineData("models/sub/qwen.gguf", "qwen.gguf")]
    [InlineData(@"C:\models\qwen.gguf", "qwen.gguf")]
    [InlineData("./qwen3", "qwen3")]
    [InlineData("/data/huggingface/hub/models--Qwen--Qwen3-8B/snapshots/0123abc", "Qwen/Qwen3-8B")]
    [InlineData("/", "/")]
    [InlineData("a\u001b[2J\u202eb\nc", "a\\u001b[2J\\u202eb\\u000ac")]
    [InlineData("caf\ufffd", "caf\ufffd")]
    public void A_name_is_short_and_can_be_shown(string id, string name) => Assert.Equal(name, ModelName.Display(id));

    [Theory]
    [InlineData("x")]
    [InlineData("\u202e")]
    [InlineData("😀")]
    public void A_name_has_at_most_256_characters(string part)
    {
        var name = ModelName.Display(string.Concat(Enumerable.Repeat(part, 3_000_000 / part.Length)));

        Assert.InRange(name.Length, 240, ModelName.MaxLength);
        Assert.DoesNotContain(name, c => c == '\u202e');
    }

    [Theory]
    [InlineData("/models/qwen3-8b", "/models/qwen3-8b")]
    [InlineData("qwen3-8b", "/models/qwen3-8b")]
    [InlineData("QWEN3-8B", "/models/qwen3-8b")]
    [InlineData("tiny", "/m/tiny.gguf")]
    [InlineData("tiny.gguf", "/m/tiny.gguf")]
    [InlineData("llama3", "llama3:latest")]
    [InlineData("llama3:latest", "llama3:latest")]
    [InlineData("a\\u202eb", "a\u202eb")]
    [InlineData("\\u0002x", "\u0002x")]
    [InlineData("/other/qwen3-8b", "/other/qwen3-8b")]
    [InlineData("llama3:8b", null)]
    [InlineData("qwen3", null)]
    [InlineData("", null)]
    public void A_model_is_found_by_what_it_is_shown_as(string asked, string? id) =>
        Assert.Equal(id, ModelName.Find(asked, ["/models/qwen3-8b", "/other/qwen3-8b", "/m/tiny.gguf", "llama3:latest", "a\u202eb", "\u0002x"], n => n));

    [Theory]
    [InlineData("nomic-embed-text:latest", false)]
    [InlineData("text-embedding-3-small", false)]
    [InlineData("BAAI/bge-m3", false)]
    [InlineData("jina-reranker-v2", false)]
    [InlineData("jina-rerank", false)]
    [InlineData("all-minilm", false)]
    [InlineData("openai/whisper-large-v3", false)]
    [InlineData("qwen3:4b", true)]
    [InlineData("embedded-coder", true)]
    public void A_name_may_say_that_a_model_does_not_chat(string name, bool chats) => Assert.Equal(chats, ModelName.LooksLikeChat(name));

    [Fact]
    public void A_display_name_finds_an_id_and_another_name_finds_none()
    {
        Assert.Equal("A", ModelName.Find("/models/a", ["A"], n => n));
        Assert.Null(ModelName.Find("a", ["b"], n => n));
    }
}
