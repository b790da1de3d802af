using System.Buffers;
using System.Text;
using System.Text.Json;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes.Tests;

[Trait("Kind", "2")]
public sealed class DeepJsonTests
{
    private static byte[] Nested(int depth) =>
        Encoding.UTF8.GetBytes("""{"metadata":{"name":"a"},"more":""" + string.Concat(Enumerable.Repeat("""{"a":""", depth)) + "1" + new string('}', depth) + "}");

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(10_000)]
    public void What_kube_apiserver_stores_is_read(int depth)
    {
        Assert.Equal("a", DeepJson.Read(Nested(depth), Widget.TypeInfo)!.Name());
        Assert.Equal("a", DeepJson.Read(new ReadOnlySequence<byte>(Nested(depth)), Widget.TypeInfo)!.Name());
    }

    [Fact]
    public void What_is_deeper_is_an_error() => Assert.ThrowsAny<JsonException>(() => DeepJson.Read(Nested(11_000), Widget.TypeInfo));

    [Theory]
    [InlineData("")]
    [InlineData("{} x")]
    [InlineData("{}{}")]
    [InlineData("""{"spec":5}""")]
    public void What_does_not_fit_is_an_error(string text) => Assert.ThrowsAny<JsonException>(() => DeepJson.Read(Encoding.UTF8.GetBytes(text), Widget.TypeInfo));
}
