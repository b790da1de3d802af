using Foreman.DevCluster.Schema;

namespace Foreman.DevCluster.Cel;

/// <summary>A type that the checker infers; it shows itself as in the API server's messages.</summary>
internal abstract record CelType
{
    /// <summary>Any type: it is found out when the expression is evaluated.</summary>
    public static CelType Dyn { get; } = new CelSimpleType("dyn");

    public static CelType Null { get; } = new CelSimpleType("null");

    public static CelType Bool { get; } = new CelSimpleType("bool");

    public static CelType Int { get; } = new CelSimpleType("int");

    public static CelType Uint { get; } = new CelSimpleType("uint");

    public static CelType Double { get; } = new CelSimpleType("double");

    public static CelType Text { get; } = new CelSimpleType("string");

    public static CelType Bytes { get; } = new CelSimpleType("bytes");

    public static CelType Time { get; } = new CelSimpleType("timestamp");

    public static CelType Duration { get; } = new CelSimpleType("duration");

    public static CelType Type { get; } = new CelSimpleType("type");

    /// <summary>The parameters of signatures: the same one is the same type everywhere in a signature.</summary>
    public static CelType A { get; } = new CelParameter("A");

    public static CelType B { get; } = new CelParameter("B");

    public static CelType ListOf(CelType item) => new CelListType(item);

    public static CelType MapOf(CelType key, CelType value) => new CelMapType(key, value);

    /// <summary>Whether a value is of this type, as far as values know their own.</summary>
    public bool Accepts(CelValue value) => this switch
    {
        CelListType => value is CelList,
        CelMapType or CelObjectType or CelFieldsType => value is CelMap,
        CelParameter => true,
        CelSimpleType simple => AcceptsSimple(simple, value),
        _ => false,
    };

    /// <summary>Whether a value of one type may stand where the other is expected.</summary>
    public static bool Assignable(CelType given, CelType wanted) => (given, wanted) switch
    {
        _ when given == Dyn || wanted == Dyn => true,
        (CelListType a, CelListType b) => Assignable(a.Item, b.Item),
        (CelMapType a, CelMapType b) => Assignable(a.Key, b.Key) && Assignable(a.Value, b.Value),
        _ when given == Null => wanted == Null || wanted == Time || wanted == Duration || wanted is CelObjectType,
        _ => given == wanted,
    };

    private static bool AcceptsSimple(CelSimpleType type, CelValue value) => type.Name switch
    {
        "dyn" => true,
        "null" => value is CelNull,
        "bool" => value is CelBool,
        "int" => value is CelInt,
        "uint" => value is CelUint,
        "double" => value is CelDouble,
        "string" => value is CelText,
        "bytes" => value is CelBytes,
        "timestamp" => value is CelTime,
        "duration" => value is CelDuration,
        "type" => value is CelTypeValue,
        _ => false,
    };
}

internal sealed record CelSimpleType(string Name) : CelType
{
    public override string ToString() => Name;
}

internal sealed record CelParameter(string Name) : CelType
{
    public override string ToString() => Name;
}

internal sealed record CelListType(CelType Item) : CelType
{
    public override string ToString() => $"list({Item})";
}

internal sealed record CelMapType(CelType Key, CelType Value) : CelType
{
    public override string ToString() => $"map({Key}, {Value})";
}

/// <summary>An object whose fields a schema names; two of them are one type when they come from one place of the definition.</summary>
internal sealed record CelObjectType(StructuralSchema Schema) : CelType
{
    public bool Equals(CelObjectType? other) => other is not null && ReferenceEquals(Schema.Source, other.Schema.Source);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Schema.Source);

    public override string ToString() => "object";

    /// <summary>The type of a field by its name in expressions; null when there is none that expressions may read.</summary>
    public CelType? Field(string identifier) =>
        CelNames.Find(identifier, Schema.Properties.Keys) is { } name && Schema.Properties.TryGetValue(name, out var property) ? CelSchemas.TypeOf(property) : null;
}

/// <summary>A value whose fields are known without a schema, such as the request that a policy judges.</summary>
internal sealed record CelFieldsType(IReadOnlyDictionary<string, CelType> Fields) : CelType
{
    public override string ToString() => "object";
}

/// <summary>What the parameters of one signature stand for in one call.</summary>
internal sealed class CelBindings
{
    private readonly Dictionary<string, CelType> _types = new(StringComparer.Ordinal);

    /// <summary>Whether an argument fits a parameter, and what that says about the type parameters in it.</summary>
    public bool Fits(CelType parameter, CelType argument)
    {
        switch (parameter)
        {
            case CelParameter { Name: var name }:
                return Bind(name, argument);
            case CelListType list when argument is CelListType given:
                return Fits(list.Item, given.Item);
            case CelMapType map when argument is CelMapType given:
                return Fits(map.Key, given.Key) && Fits(map.Value, given.Value);
            default:
                return argument == CelType.Dyn || (parameter is not (CelListType or CelMapType) && CelType.Assignable(argument, parameter));
        }
    }

    /// <summary>The type with what its parameters stand for; what is not known is dynamic.</summary>
    public CelType Resolve(CelType type) => type switch
    {
        CelParameter { Name: var name } => _types.GetValueOrDefault(name, CelType.Dyn),
        CelListType list => new CelListType(Resolve(list.Item)),
        CelMapType map => new CelMapType(Resolve(map.Key), Resolve(map.Value)),
        _ => type,
    };

    private bool Bind(string name, CelType argument)
    {
        if (!_types.TryGetValue(name, out var bound))
        {
            _types[name] = argument;
            return true;
        }

        if (CelType.Assignable(argument, bound))
        {
            // Of a known and an unknown type the unknown one holds for both.
            _types[name] = argument == CelType.Dyn ? argument : bound;
            return true;
        }

        if (CelType.Assignable(bound, argument))
        {
            _types[name] = argument;
            return true;
        }

        return false;
    }
}
