using System.Text.Json.Nodes;
using Foreman.Agent.RunTask;
using Foreman.Testing;

namespace Foreman.Agent.Tests.RunTask;

public sealed class ContainerOutputsTests
{
    [Theory]
    [InlineData("", "{}", null)]
    [InlineData("""{"url":"https://x","n":3,"ok":true,"list":[1,"2"]}""", """{"url":"https://x","n":"3","ok":"true","list":"[1,\u00222\u0022]"}""", null)]
    [InlineData("[1]", "{}", "it is no JSON object")]
    [InlineData("hello", "{}", "it is no JSON object")]
    public void C28_Outputs_are_texts_by_name(string text, string texts, string? fault)
    {
        var outputs = ContainerOutputs.Parse(text);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(texts), outputs.Texts), outputs.Texts.ToJsonString());
        Assert.Equal(fault, outputs.Fault);
    }

    [Fact]
    public void C28_A_file_that_is_too_large_is_left_out_and_told_and_an_absent_one_is_none()
    {
        using var folder = new TempFolder();

        Assert.Equal("it is larger than 64 KiB", ContainerOutputs.Read(folder.Write("large", new string(' ', ContainerOutputs.MaxBytes + 1))).Fault);
        Assert.Null(ContainerOutputs.Read(folder["none"]).Fault);
    }
}
