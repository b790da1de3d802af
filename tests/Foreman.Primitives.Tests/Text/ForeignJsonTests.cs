using System.Text;
using System.Text.Json;

namespace Foreman.Primitives.Tests.Text;

[Trait("Kind", "2")]
public sealed class ForeignJsonTests
{
    private static readonly ForeignJsonLimits Small = new() { MaxBytes = 100, MaxDepth = 4, MaxValues = 10 };

    [Theory]
    [InlineData(@"{""id"":""caf\ud83d""}", "caf\uFFFD")]
    [InlineData(@"{""id"":""caf\ude00""}", "caf\uFFFD")]
    [InlineData(@"{""id"":""\ud83d\ud83d\ude00""}", "\uFFFD\U0001F600")]
    [InlineData(@"{""id"":""\ud83dx\ude00""}", "\uFFFDx\uFFFD")]
    [InlineData(@"{""id"":""\ud83d\\ude00""}", "\uFFFD\\ude00")]
    [InlineData(@"{""id"":""\\ud83d""}", @"\ud83d")]
    [InlineData(@"{""id"":""\uD83D\uDE00""}", "\U0001F600")]
    [InlineData("{\"id\":\"a\nb\tc\0d\"}", "a\nb\tc\0d")]
    [InlineData("\uFEFF{\"id\":\"x\"}", "x")]
    public void Text_that_is_none_is_repaired(string json, string expected)
    {
        var value = ForeignJson.Parse(json).GetProperty("id");

        Assert.Equal(expected, value.GetString());
        Assert.True(value.ValueEquals(expected));
    }

    [Fact]
    public void Text_in_memory_with_half_a_pair_is_repaired_too() =>
        Assert.Equal("x\uFFFD", ForeignJson.Parse("[\"x" + '\uD83D' + "\"]")[0].GetString());

    [Theory]
    [InlineData(new byte[] { 0xF0, 0x9F }, "\uFFFD")]
    [InlineData(new byte[] { 0x98, 0x80 }, "\uFFFD\uFFFD")]
    [InlineData(new byte[] { 0xED, 0xA0, 0xBD }, "\uFFFD\uFFFD\uFFFD")]
    [InlineData(new byte[] { 0xFF, (byte)'x' }, "\uFFFDx")]
    [InlineData(new byte[] { 0xC3, 0xA9 }, "é")]
    public void Bytes_that_are_no_text_become_replacement_characters(byte[] bytes, string expected)
    {
        byte[] json = [.. "[\""u8, .. bytes, .. "\"]"u8];

        Assert.Equal(expected, ForeignJson.Parse(json)[0].GetString());
    }

    [Fact]
    public void Names_and_nested_values_are_repaired_too()
    {
        var root = ForeignJson.Parse("""{"a\ud83d":[{"b\ude00":{"c":"\ud83d"}}]}""");

        Assert.Equal("\uFFFD", root.GetProperty("a\uFFFD")[0].GetProperty("b\uFFFD").GetProperty("c").GetString());
        Assert.False(root.TryGetProperty("other", out _));
        using var written = new MemoryStream();
        using (var writer = new Utf8JsonWriter(written))
        {
            root.WriteTo(writer);
        }

        Assert.True(JsonElement.DeepEquals(root, JsonElement.Parse(written.ToArray())));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("{")]
    [InlineData("{\"a\":1} {\"b\":2}")]
    [InlineData("\"\\ud83")]
    [InlineData("\"\\")]
    [InlineData("<html>")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("[[[[[1]]]]]")]
    [InlineData("[1,2,3,4,5,6,7,8,9,10,11]")]
    [InlineData("\"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\"")]
    public void What_is_no_JSON_or_over_a_limit_is_refused_in_one_way(string json)
    {
        Assert.Throws<ForeignTextException>(() => ForeignJson.Parse(json, Small));
        Assert.Null(ForeignJson.ParseOrNull(json, Small));
        Assert.Null(ForeignJson.ParseOrNull(Encoding.UTF8.GetBytes(json), Small));
    }

    [Fact]
    public void What_is_within_the_limits_is_read()
    {
        Assert.Equal(9, ForeignJson.Parse("[1,2,3,4,5,6,7,8,9]", Small).GetArrayLength());
        Assert.Equal(1, ForeignJson.Parse("[[[[1]]]]", Small)[0][0][0][0].GetInt32());
        Assert.Equal("a,b,c,d,e,f,g,h,i,j,k,l", ForeignJson.Parse("\"a,b,c,d,e,f,g,h,i,j,k,l\"", Small).GetString());
    }

    [Fact]
    public void A_message_about_the_text_steers_no_terminal()
    {
        var e = Assert.Throws<ForeignTextException>(() => ForeignJson.Parse("\u001b[31m"));

        Assert.DoesNotContain('\u001b', e.Message);
    }

    [Theory]
    [InlineData('\n')]
    [InlineData('\0')]
    [InlineData('\u001f')]
    public void What_grows_beyond_the_limit_by_its_repair_is_refused(char control)
    {
        string Json(int count) => $"[\"{new string(control, count)}\"]";

        Assert.Equal(16, ForeignJson.Parse(Json(16), Small)[0].GetString()!.Length);
        var e = Assert.Throws<ForeignTextException>(() => ForeignJson.Parse(Json(17), Small));
        Assert.Contains("100 bytes", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Replacing_what_is_no_text_stays_within_the_limit_too()
    {
        byte[] json = [.. "[\""u8, .. Enumerable.Repeat((byte)0xFF, 33), .. "\"]"u8];

        Assert.Null(ForeignJson.ParseOrNull(json, Small));
        Assert.NotNull(ForeignJson.ParseOrNull([.. json[..34], .. "\"]"u8], Small));
    }

    [Fact]
    public void Repairing_a_long_text_of_control_characters_takes_no_more_memory_than_its_limit()
    {
        byte[] json = [.. "[\""u8, .. new byte[3 << 20], .. "\"]"u8];
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Null(ForeignJson.ParseOrNull(json));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3 * ForeignJsonLimits.Default.MaxBytes);
    }
}
