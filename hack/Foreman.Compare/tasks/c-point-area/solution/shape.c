#include <math.h>
#include "shape.h"

double area(const struct point *points, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++) {
        const struct point *next = &points[(i + 1) % count];
        sum += points[i].x * next->y - next->x * points[i].y;
    }
    return fabs(sum) / 2;
}

double perimeter(const struct point *points, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++) {
        const struct point *next = &points[(i + 1) % count];
        sum += hypot(next->x - points[i].x, next->y - points[i].y);
    }
    return sum;
}
