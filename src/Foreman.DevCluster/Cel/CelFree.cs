using System.Text.Json.Nodes;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Cel;

/// <summary>Values of JSON without a schema: whole numbers are integers, others doubles.</summary>
internal static class CelFree
{
    public static CelValue ValueOf(JsonNode? node) => node switch
    {
        JsonObject map => new CelFreeMap(map),
        JsonArray list => new CelFreeList(list),
        JsonValue value => Scalar(value),
        _ => CelNull.Value,
    };

    private static CelValue Scalar(JsonValue value)
    {
        if (JsonTree.AsText(value) is { } text)
        {
            return new CelText(text);
        }

        if (JsonTree.AsBoolean(value) is { } flag)
        {
            return CelBool.Of(flag);
        }

        return JsonTree.AsInteger(value) is { } whole ? new CelInt(whole) : new CelDouble(JsonTree.AsNumber(value) ?? double.NaN);
    }

    private sealed record CelFreeList(JsonArray Items) : CelList
    {
        public override int Count => Items.Count;

        public override StructuralSchema? Schema => null;

        public override CelValue this[int index] => ValueOf(Items[index]);
    }

    private sealed record CelFreeMap(JsonObject Members) : CelMap
    {
        public override int Count => Members.Count;

        public override IEnumerable<CelValue> Keys => Members.Select(member => new CelText(member.Key));

        public override CelValue? Find(CelValue key, CelRun run) => key is CelText { Value: var name } && Members.TryGetPropertyValue(name, out var value) ? ValueOf(value) : null;
    }
}

/// <summary>Values that are computed when they are first looked at; an error is kept too.</summary>
internal sealed record CelComputed(IReadOnlyDictionary<string, Lazy<CelValue>> Values) : CelMap
{
    public override int Count => Values.Count;

    public override IEnumerable<CelValue> Keys => Values.Keys.Select(name => new CelText(name));

    public override CelValue? Find(CelValue key, CelRun run) => key is CelText { Value: var name } && Values.TryGetValue(name, out var value) ? value.Value : null;
}
