using System.Text;
using System.Text.Json;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes.Tests;

public sealed class ObjectMetaConverterTests
{
    private const string Full =
        """{"name":"a","generateName":"a-","namespace":"n","uid":"u-1","resourceVersion":"7","generation":3,"creationTimestamp":"2026-01-31T08:30:00Z","deletionTimestamp":"2026-02-01T00:00:00Z","deletionGracePeriodSeconds":30,"labels":{"team":"x","empty":""},"annotations":{"note":"öäü"},"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"o","uid":"u-2","controller":true},{"apiVersion":"v1","kind":"Node","name":"p","uid":"u-3","blockOwnerDeletion":false}],"finalizers":["f/one","f/two"]}""";

    [Fact]
    public void Every_field_is_read_and_written_back()
    {
        var read = Read(Full);

        Assert.Equal(("a", "a-", "n", "u-1", "7"), (read.Name, read.GenerateName, read.NamespaceProperty, read.Uid, read.ResourceVersion));
        Assert.Equal((3, 30), (read.Generation, read.DeletionGracePeriodSeconds));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 8, 30, 0, TimeSpan.Zero), read.CreationTimestamp);
        Assert.Equal("", read.Labels!["empty"]);
        Assert.Equal(new V1OwnerReference { ApiVersion = "v1", Kind = "Node", Name = "p", Uid = "u-3", BlockOwnerDeletion = false }, read.OwnerReferences![1]);
        Assert.Equal(Full, Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(read, KubernetesJson.Default.V1ObjectMeta)).Replace("\\u00F6\\u00E4\\u00FC", "öäü", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_absent_or_null_is_null_and_not_written()
    {
        var read = Read("""{"name":null,"labels":null,"finalizers":null,"ownerReferences":null,"generation":null,"creationTimestamp":null}""");

        Assert.Equal(new V1ObjectMeta(), read);
        Assert.Equal("{}", JsonSerializer.Serialize(read, KubernetesJson.Default.V1ObjectMeta));
    }

    [Fact]
    public void Managed_fields_and_unknown_ones_are_passed_over() => Assert.Equal(
        new V1ObjectMeta { Name = "a", Uid = "u" },
        Read("""{"managedFields":[{"fieldsV1":{"f:name":{"name":"x"}}}],"name":"a","selfLink":{"uid":"y"},"later":[1,[2]],"uid":"u"}"""));

    [Fact]
    public void Escaped_keys_and_texts_are_understood()
    {
        var read = Read("""{"n\u0061me":"\u0061\"b","labels":{"te\u0061m":"x\ny"}}""");

        Assert.Equal("a\"b", read.Name);
        Assert.Equal("x\ny", read.Labels!["team"]);
    }

    [Fact]
    public async Task It_does_not_matter_in_what_pieces_the_bytes_come()
    {
        var text = Encoding.UTF8.GetBytes("""{"kind":"ConfigMap","metadata":""" + Full[..^1] + ""","managedFields":[{"a":[1,2,{}]}]},"data":{}}""");
        foreach (var size in new[] { 1, 3, 7, 64 })
        {
            using var stream = new Dripping(text, size);
            var read = await JsonSerializer.DeserializeAsync(stream, V1ConfigMap.TypeInfo);

            Assert.Equal(["f/one", "f/two"], read!.Metadata.Finalizers!);
            Assert.Equal("u-3", read.Metadata.OwnerReferences![1].Uid);
        }
    }

    [Theory]
    [InlineData("""{"name":7}""", "`name` is not a text")]
    [InlineData("""{"generation":"3"}""", "`generation` is not a whole number")]
    [InlineData("""{"generation":1.5}""", "`generation` is not a whole number")]
    [InlineData("""{"creationTimestamp":5}""", "`creationTimestamp` is not a time in RFC 3339 form")]
    [InlineData("""{"creationTimestamp":"yesterday"}""", "`yesterday` is not a time in RFC 3339 form")]
    [InlineData("""{"labels":[]}""", "`labels` is not a map of texts")]
    [InlineData("""{"labels":{"team":7}}""", "`labels[team]` is not a text")]
    [InlineData("""{"finalizers":"x"}""", "`finalizers` is not a list of texts")]
    [InlineData("""{"finalizers":[null]}""", "`finalizers` is not a list of texts")]
    [InlineData("""{"ownerReferences":{}}""", "`ownerReferences` is not a list of owner references")]
    [InlineData("""{"ownerReferences":[{"controller":"yes"}]}""", "`ownerReferences` is not true or false")]
    [InlineData("[]", "`metadata` is not a map")]
    public void A_field_of_the_wrong_type_is_named(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<JsonException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Texts_that_many_objects_have_are_kept_once()
    {
        var (one, other) = (Read(Full), Read(Full));

        Assert.Same(one.NamespaceProperty, other.NamespaceProperty);
        Assert.Same(one.Labels!["team"], other.Labels!["team"]);
        Assert.Same(one.Finalizers![0], other.Finalizers![0]);
        Assert.NotSame(one.Uid, other.Uid);
    }

    [Fact]
    public void Strings_in_the_same_slot_are_not_confused()
    {
        for (var i = 0; i < 5000; i++)
        {
            Assert.Equal($"team-{i}", Read($$"""{"namespace":"team-{{i}}"}""").NamespaceProperty);
        }
    }

    private static V1ObjectMeta Read(string json) => JsonSerializer.Deserialize(json, KubernetesJson.Default.V1ObjectMeta)!;

    private sealed class Dripping(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
    }
}
