using System.Text;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Tests.Json;

public sealed class JsonDecoderTests
{
    [Fact]
    public void Duplicate_members_are_named_and_the_last_one_wins()
    {
        var decoded = JsonDecoder.Decode("""{"a":1,"b":[{"c":1,"c":2}],"a":3}"""u8);
        Assert.Equal(["b[0].c", "a"], decoded.Duplicates);
        Assert.Equal("""{"a":3,"b":[{"c":2}]}""", JsonTree.ToText(decoded.Root));
    }

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("-1")]
    [InlineData("0.5")]
    [InlineData("\"é<>&'\"")]
    [InlineData("null")]
    public void What_is_read_is_written_again(string json) => Assert.Equal(json, JsonTree.ToText(JsonDecoder.Decode(Encoding.UTF8.GetBytes(json)).Root));
}
