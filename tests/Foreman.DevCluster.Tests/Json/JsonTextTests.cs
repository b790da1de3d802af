using System.Text;
using System.Text.Json;
using Foreman.DevCluster.Json;

namespace Foreman.DevCluster.Tests.Json;

[Trait("Kind", "14")]
public sealed class JsonTextTests
{
    [Theory]
    [InlineData("""plain""", "plain")]
    [InlineData("""é\u00e9\n\t\\\"\/\b\f\r""", "éé\n\t\\\"/\b\f\r")]
    [InlineData("""\ud83d\ude00""", "😀")]
    [InlineData("""\ud83d""", "\uFFFD")]
    [InlineData("""\ude00x""", "\uFFFDx")]
    [InlineData("""\ud83d\ud83d\ude00""", "\uFFFD😀")]
    [InlineData("""\\ud83d""", "\\ud83d")]
    public void Escapes_become_text_and_halves_become_replacement_characters(string json, string text) => Assert.Equal(text, Read(Encoding.UTF8.GetBytes($"\"{json}\"")));

    [Fact]
    public void Bytes_that_are_no_utf8_become_replacement_characters() => Assert.Equal("\uFFFD\uFFFDa\n", Read([(byte)'"', 0xFF, 0xFE, .. "a\\n\""u8]));

    [Fact]
    public void A_text_is_well_formed_when_its_surrogates_are_pairs()
    {
        Assert.All(new[] { "", "a", "a😀", "😀😀" }, text => Assert.True(JsonText.IsWellFormed(text)));
        Assert.All(new[] { "\ud83d", "a\ude00", "\ude00\ud83d", "😀\ud83d" }, text => Assert.False(JsonText.IsWellFormed(text)));
    }

    private static string Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return JsonText.Read(ref reader);
    }
}
