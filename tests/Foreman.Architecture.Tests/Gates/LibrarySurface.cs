using Foreman.Architecture.Tests.Tree;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Foreman.Architecture.Tests.Gates;

/// <summary>
/// The public types of Foreman.Kubernetes that no program uses, each with the feature that will. A type is used when another shipped
/// project names it or calls its extension methods, or when it stands in the public signature of a type that is used.
/// </summary>
internal static class LibrarySurface
{
    private const string Library = "src/Foreman.Kubernetes/";

    /// <summary>What differs from the list: types that are new on it, and rows that no longer hold.</summary>
    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files, IReadOnlyDictionary<string, string> comingUsers)
    {
        var unused = Unused(files);
        return unused.Except(comingUsers.Keys).Select(name => $"{Library}: no program uses the public type {name}: make it internal, remove it, or name its coming user in {nameof(LibrarySurface)}")
            .Concat(comingUsers.Keys.Except(unused).Select(name => $"{nameof(LibrarySurface)}: {name} is used now, or gone: remove its row"));
    }

    /// <summary>The names of the types that nothing uses.</summary>
    public static IReadOnlyCollection<string> Unused(IEnumerable<SourceFile> files)
    {
        var sources = files.Where(f => f.IsCSharp && f.Path.StartsWith("src/", StringComparison.Ordinal)).ToLookup(f => f.Path.StartsWith(Library, StringComparison.Ordinal));
        var types = sources[true].SelectMany(f => Root(f).DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Where(IsPublic)).ToLookup(t => t.Identifier.Text);
        var delegates = sources[true].SelectMany(f => Root(f).DescendantNodes().OfType<DelegateDeclarationSyntax>().Where(d => d.Modifiers.Any(SyntaxKind.PublicKeyword)));
        var named = sources[false].SelectMany(f => Identifiers(Root(f))).ToHashSet(StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(types.Where(t => named.Contains(t.Key) || t.Any(d => HasExtension(d, named))).Select(t => t.Key));
        while (open.TryDequeue(out var name))
        {
            if (used.Add(name))
            {
                types[name].SelectMany(Signature).Where(types.Contains).ToList().ForEach(open.Enqueue);
            }
        }

        return [.. types.Select(t => t.Key).Concat(delegates.Select(d => d.Identifier.Text).Where(d => !named.Contains(d))).Where(name => !used.Contains(name)).Distinct().Order(StringComparer.Ordinal)];
    }

    private static SyntaxNode Root(SourceFile file) => CSharpSyntaxTree.ParseText(file.Text).GetRoot();

    private static bool IsPublic(BaseTypeDeclarationSyntax type) =>
        type.Modifiers.Any(SyntaxKind.PublicKeyword) && type.Ancestors().OfType<BaseTypeDeclarationSyntax>().All(IsPublic);

    private static bool HasExtension(BaseTypeDeclarationSyntax type, HashSet<string> named) => type is ClassDeclarationSyntax holder
        && holder.Members.OfType<MethodDeclarationSyntax>().Any(m => m.ParameterList.Parameters.FirstOrDefault()?.Modifiers.Any(SyntaxKind.ThisKeyword) == true && named.Contains(m.Identifier.Text));

    private static IEnumerable<string> Identifiers(SyntaxNode node) =>
        node.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Select(n => n.Identifier.Text).SelectMany(n => (string[])[n, n + "Attribute"]);

    // [JsonConverter(typeof(X))] makes other assemblies' generated code name X; other attributes use nothing.
    private static IEnumerable<string> Converters(MemberDeclarationSyntax member) =>
        member.AttributeLists.SelectMany(l => l.Attributes).Where(a => a.Name.ToString().StartsWith("JsonConverter", StringComparison.Ordinal)).SelectMany(Identifiers);

    // Bases, converters, and members without their bodies.
    private static IEnumerable<string> Signature(BaseTypeDeclarationSyntax type) =>
        (type.BaseList is { } bases ? Identifiers(bases) : [])
        .Concat(Converters(type))
        .Concat(type is TypeDeclarationSyntax { ParameterList: { } parameters } ? Identifiers(parameters) : [])
        .Concat((type as TypeDeclarationSyntax)?.Members.Where(m => m.Modifiers.Any(SyntaxKind.PublicKeyword) || type is InterfaceDeclarationSyntax).SelectMany(m => Visible(m).Concat(Converters(m))) ?? [])
        .Concat(type.Ancestors().OfType<BaseTypeDeclarationSyntax>().Select(a => a.Identifier.Text));

    private static IEnumerable<string> Visible(MemberDeclarationSyntax member) => member switch
    {
        BaseMethodDeclarationSyntax method => Identifiers(method.ParameterList).Concat(method is MethodDeclarationSyntax m ? Identifiers(m.ReturnType) : []),
        BasePropertyDeclarationSyntax property => Identifiers(property.Type),
        BaseFieldDeclarationSyntax field => Identifiers(field.Declaration.Type),
        BaseTypeDeclarationSyntax nested => [nested.Identifier.Text],
        _ => [],
    };
}
