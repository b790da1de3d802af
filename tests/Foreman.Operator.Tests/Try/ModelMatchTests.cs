using Foreman.Api;
using Foreman.Operator.Try;

namespace Foreman.Operator.Tests.Try;

public class ModelMatchTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", "a", "a")]
    [InlineData("http://localhost:8080", "a", "a")]
    [InlineData("http://127.0.0.1:8080", "/models/b.gguf", "b.gguf")]
    [InlineData("http://127.0.0.1:8080", "c", null)]
    [InlineData("http://127.0.0.1:9000", "renamed", "only")]
    [InlineData("http://127.0.0.1:1", "a", null)]
    [InlineData("http://localhost:8080/v1", "/models/qwen3-8b", "qwen3-8b")]
    [InlineData("http://[::1]:8080", "a", null)]
    [InlineData("https://127.0.0.1:8080", "a", null)]
    [InlineData("http://127.0.0.1:8080", "QWEN3-8B", "qwen3-8b")]
    public void The_hosts_word_for_the_model_is_taken(string url, string name, string? expected)
    {
        var node = new FleetNode
        {
            Status = new()
            {
                Capability = new()
                {
                    Models =
                    [
                        new() { Name = "a", Server = "http://127.0.0.1:8080" },
                        new() { Name = "b.gguf", Server = "http://127.0.0.1:8080" },
                        new() { Name = "qwen3-8b", Id = "/models/qwen3-8b", Server = "http://127.0.0.1:8080" },
                        new() { Name = "only", Server = "http://127.0.0.1:9000" },
                    ],
                },
            },
        };

        Assert.Equal(expected, ModelMatch.NameOf(node, new ModelSource(new(url), name, Demo: false)));
    }
}
