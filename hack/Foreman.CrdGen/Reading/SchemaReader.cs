using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Foreman.Kubernetes.Schema;

namespace Foreman.CrdGen;

/// <summary>Reads schemas from types: fields from properties, descriptions from summaries, the rest from attributes.</summary>
internal sealed class SchemaReader(Summaries summaries)
{
    /// <summary>Schema of a whole object, type and metadata included.</summary>
    public SchemaNode ReadKind(Type kind)
    {
        var own = Fields(kind).Where(p => !WellKnown.ObjectFields.ContainsKey(JsonName(p)));
        var schema = ReadFields(own, kind, summaries.Of(kind));
        return schema with
        {
            Properties = schema.Properties!.ToImmutableSortedDictionary(StringComparer.Ordinal).SetItems(WellKnown.ObjectFields),
        };
    }

    private static IEnumerable<PropertyInfo> Fields(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is not null);

    private SchemaNode ReadFields(IEnumerable<PropertyInfo> fields, Type type, string description)
    {
        var properties = fields.ToList();
        return new SchemaNode
        {
            Type = "object",
            Description = description,
            Properties = properties.ToImmutableSortedDictionary(JsonName, ReadProperty, StringComparer.Ordinal),
            Required = [.. properties.Where(p => p.GetCustomAttribute<RequiredAttribute>() is not null).Select(JsonName).Order(StringComparer.Ordinal)],
            Rules = Rules(type),
            Atomic = WellKnown.Atomic.Contains(type),
        };
    }

    private SchemaNode ReadProperty(PropertyInfo property)
    {
        var schema = ReadType(property.PropertyType, property);
        var length = property.GetCustomAttribute<LengthAttribute>();
        return schema with
        {
            Description = summaries.Of(property),
            Minimum = property.GetCustomAttribute<RangeMinimumAttribute>()?.Minimum ?? schema.Minimum,
            Maximum = property.GetCustomAttribute<RangeMaximumAttribute>()?.Maximum ?? schema.Maximum,
            MinLength = length is { Min: >= 0 } ? length.Min : schema.MinLength,
            MaxLength = length is { Max: >= 0 } ? length.Max : schema.MaxLength,
            Default = property.GetCustomAttribute<DefaultAttribute>() is { } given ? JsonNode.Parse(given.Json) : null,
            ListMapKeys = property.GetCustomAttribute<ListMapAttribute>()?.Keys,
            PreserveUnknownFields = property.GetCustomAttribute<PreserveUnknownFieldsAttribute>() is not null,
            Rules = [.. schema.Rules, .. Rules(property)],
        };
    }

    private SchemaNode ReadType(Type type, PropertyInfo property)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (WellKnown.Find(type) is { } known)
        {
            return type == typeof(string) ? WithBounds(known, property) : known;
        }

        if (type == typeof(JsonObject))
        {
            return new SchemaNode { Type = "object" };
        }

        if (Argument(type, typeof(IReadOnlyDictionary<,>), 1) is { } value)
        {
            var intOrString = property.GetCustomAttribute<IntOrStringAttribute>() is not null;
            return new SchemaNode { Type = "object", Values = intOrString ? WellKnown.Quantity : ReadType(value, property) };
        }

        if (Argument(type, typeof(IReadOnlyList<>), 0) is { } item)
        {
            return new SchemaNode { Type = "array", Items = WithDescription(ReadType(item, property), item) };
        }

        return type.IsValueType ? ReadStringEnum(type) : ReadFields(Fields(type), type, summaries.Of(type));
    }

    // An enumeration backed by its text: an enum when it is closed, else a pattern.
    private static SchemaNode ReadStringEnum(Type type)
    {
        var known = (System.Collections.IEnumerable?)type.GetProperty("Known")?.GetValue(null)
            ?? throw new NotSupportedException($"{type} is no type that a CRD can hold: use a record, a list, a map or an enumeration with Known values");
        return type.GetCustomAttribute<ClosedAttribute>() is not null
            ? new SchemaNode { Type = "string", Enum = [.. known.Cast<object>().Select(v => v.ToString()!)] }
            : new SchemaNode { Type = "string", Pattern = type.GetCustomAttribute<PatternAttribute>()?.Expression };
    }

    private SchemaNode WithDescription(SchemaNode item, Type type) =>
        item.Type == "object" && item.Description is null && item.Properties is not null ? item with { Description = summaries.Of(type) } : item;

    private static SchemaNode WithBounds(SchemaNode text, PropertyInfo property) => text with
    {
        Pattern = property.GetCustomAttribute<PatternAttribute>()?.Expression,
        MaxLength = property.GetCustomAttribute<LengthAttribute>() is { EachMax: >= 0 } length ? length.EachMax : null,
    };

    private static Type? Argument(Type type, Type open, int index) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == open ? type.GetGenericArguments()[index] : null;

    private static string JsonName(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    private static IReadOnlyList<ValidationRuleAttribute> Rules(MemberInfo member) => [.. member.GetCustomAttributes<ValidationRuleAttribute>(inherit: false)];
}
